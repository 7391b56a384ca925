// The thread on which one paper becomes one PDF. It reads its fonts and nothing else: no other file, no address, no environment.
import { createRequire } from 'node:module';
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import pdfmake from 'pdfmake';
import { layoutOf } from './layout.js';
import type { Paper } from './paper.js';

const fonts = path.join(
  path.dirname(createRequire(import.meta.url).resolve('pdfmake/package.json')),
  'fonts',
  'Roboto',
);
const font = (name: string): string => path.join(fonts, `Roboto-${name}.ttf`);

pdfmake.setLocalAccessPolicy((file) => path.dirname(file) === fonts);
pdfmake.setUrlAccessPolicy(() => false);
pdfmake.setFonts({
  Roboto: {
    normal: font('Regular'),
    bold: font('Medium'),
    italics: font('Italic'),
    bolditalics: font('MediumItalic'),
  },
});

const bytes = await pdfmake.createPdf(layoutOf(workerData as Paper)).getBuffer();
parentPort?.postMessage(new Uint8Array(bytes));
