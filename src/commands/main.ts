// The commands of `npm run plateward -- …`, each in a file of its own. Every fault is told in one sentence.
import { Command } from 'commander';
import { agencyCommand } from './agency.js';
import { cameraCommand } from './camera.js';
import { doctorCommand } from './doctor.js';
import { framesCommand } from './frames.js';
import { memberCommand } from './member.js';
import { migrateCommand } from './migrate.js';
import { tellFault } from './say.js';
import { startCommand } from './start.js';
import { webCommand } from './web.js';
import { workerCommand } from './worker.js';

const program = new Command('plateward')
  .description('Licence-plate recognition that a city runs instead of a vendor’s.')
  .option('--debug', 'show where a fault came from')
  .showHelpAfterError('(see `npm run plateward -- --help`)')
  .addCommand(startCommand())
  .addCommand(migrateCommand())
  .addCommand(agencyCommand())
  .addCommand(memberCommand())
  .addCommand(cameraCommand())
  .addCommand(framesCommand())
  .addCommand(doctorCommand())
  .addCommand(webCommand())
  .addCommand(workerCommand())
  .addHelpText(
    'after',
    `
Also:
  recognize [options] <files or folders...>   read plates from pictures (\`recognize --help\`)

Through npm, options of a command come after two dashes: npm run plateward -- recognize photos --json`,
  );

try {
  await program.parseAsync();
} catch (error) {
  tellFault(error, process.argv.includes('--debug'));
  process.exitCode = 1;
}
