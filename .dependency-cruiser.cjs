// The house of docs/design.md as rules: who may import whom. Each rule has a name and says why.
const quiet = '^src/(core|policy|access|audit|audit-verify|recognition)/';
const feature = 'ingest|search|grants|agencies|publish|transparency|oversight';
module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'A circle means that two rooms are one.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A file that nobody imports is dead, unless it is an entry point.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: ['\\.spec\\.ts$', '\\.d\\.ts$', '(^|/)(main|command)\\.tsx?$', 'vite\\.config\\.ts$'],
      },
      to: {},
    },
    {
      name: 'core-is-the-ground',
      comment: 'core holds the words; it knows nobody.',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { path: '^(src|workers)/', pathNot: '^src/core/' },
    },
    {
      name: 'quiet-rooms-do-no-io',
      comment: 'Rules, log arithmetic and recognition must be runnable by a stranger.',
      severity: 'error',
      from: { path: quiet, pathNot: '\\.spec\\.ts$' },
      to: {
        path: [
          '^(fs|net|http|https|child_process|worker_threads|dns|tls)(/|$)',
          'node_modules/(@nestjs|pg|bullmq|ioredis|sharp|onnxruntime-node|@prisma/client)/',
        ],
      },
    },
    {
      name: 'quiet-rooms-know-only-quiet-rooms',
      comment: 'Arrows go down.',
      severity: 'error',
      from: { path: quiet },
      to: { path: '^(src|workers)/', pathNot: quiet },
    },
    {
      name: 'features-do-not-know-each-other',
      comment: 'What two features need is a word, a rule or a row.',
      severity: 'error',
      from: { path: `^src/(${feature})/` },
      to: { path: `^src/(${feature})/`, pathNot: '^src/$1/' },
    },
    {
      name: 'features-see-the-door-only',
      comment:
        'A feature is lent stores by the door; it never holds the database. The numbers of a log are counted by pure code.',
      severity: 'error',
      from: { path: `^src/(${feature})/`, pathNot: '\\.spec\\.ts$' },
      to: {
        path: '^src/',
        pathNot: [
          `^src/(identity|vault|jobs|core|access|config|telemetry|web|paper|${feature})/`,
          '^src/audit/numbers',
        ],
      },
    },
    {
      name: 'prisma-and-pg-in-the-vault',
      comment: 'One importer of the database clients and of the object store.',
      severity: 'error',
      from: { pathNot: ['^src/vault/', '^bench/', '^test/', '^src/commands/embedded-postgres'] },
      to: {
        path: ['node_modules/(@prisma/client|@prisma/adapter-pg|pg|@aws-sdk/client-s3)/', '^src/vault/generated/'],
      },
    },
    {
      name: 'the-verifier-shares-nothing-with-the-writer',
      comment: 'What checks a log must not believe what wrote it; nor may the writer lean on what checks it.',
      severity: 'error',
      from: { path: '^src/audit-verify/' },
      to: { path: '^(src|workers)/', pathNot: '^src/audit-verify/' },
    },
    {
      name: 'the-writer-shares-nothing-with-the-verifier',
      comment: 'The same, the other way round.',
      severity: 'error',
      from: { path: '^src/(audit|vault|publish|transparency)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^src/audit-verify/' },
    },
    {
      name: 'casl-in-access',
      comment: 'Who may do what is read in one place.',
      severity: 'error',
      from: { pathNot: ['^src/access/', '^src/vault/', '^test/'] },
      to: { path: 'node_modules/@casl/' },
    },
    {
      name: 'inference-and-decoding-in-the-worker',
      comment: 'The web process neither decodes nor infers.',
      severity: 'error',
      from: { pathNot: ['^workers/recognize/', '^bench/', '^test/'] },
      to: { path: 'node_modules/(onnxruntime-node|sharp)/' },
    },
    {
      name: 'papers-are-set-on-a-thread',
      comment:
        'What sets a PDF takes seconds; only the thread of the press may load it, and paper knows the words alone.',
      severity: 'error',
      from: { pathNot: ['^src/paper/press-thread'] },
      to: { path: 'node_modules/(pdfmake|pdfkit)/' },
    },
    {
      name: 'paper-knows-words',
      comment: 'It sets what it is given and asks nobody.',
      severity: 'error',
      from: { path: '^src/paper/' },
      to: { path: '^(src|workers)/', pathNot: '^src/(paper|core)/' },
    },
    {
      name: 'nobody-imports-workers',
      comment: 'Workers are processes.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^workers/' },
    },
    {
      name: 'workers-know',
      comment: 'Workers see the vault, jobs, recognition and the ground.',
      severity: 'error',
      from: { path: '^workers/', pathNot: '^workers/witness/' },
      to: { path: '^src/', pathNot: '^src/(vault|jobs|recognition|core|config|telemetry|access)/' },
    },
    {
      name: 'the-witness-is-an-outsider',
      comment:
        'It runs at a stranger: the verifier, plain words and no database. It shares nothing with what writes logs.',
      severity: 'error',
      from: { path: '^workers/witness/' },
      to: {
        path: ['^(src|workers)/', 'node_modules/(?!commander|@types)'],
        pathNot: ['^src/(audit-verify|core)/', '^src/commands/node-arithmetic', '^workers/witness/'],
      },
    },
    {
      name: 'the-console-is-a-stranger',
      comment:
        'The console knows the public interface: words, the forms of what is sent and answered, and its own files; and the verifier, which shares no code with what writes logs, so that it checks proofs and makes what is signed by itself.',
      severity: 'error',
      from: { path: '^src/console/' },
      to: { path: '^(src|workers)/', pathNot: ['^src/(console|core|audit-verify)/', '\\.schema\\.ts$'] },
    },
    {
      name: 'nobody-imports-the-console',
      comment: 'It runs in browsers.',
      severity: 'error',
      from: { pathNot: '^src/console/' },
      to: { path: '^src/console/' },
    },
    {
      name: 'browser-libraries-in-the-console',
      comment: 'The server draws nothing with them.',
      severity: 'error',
      from: { pathNot: '^src/console/' },
      to: { path: 'node_modules/(react|react-dom|@mantine|@tanstack)/' },
    },
    {
      name: 'schemas-can-be-shared-with-the-console',
      comment: 'A schema imports words only.',
      severity: 'error',
      from: { path: '\\.schema\\.ts$', pathNot: '^src/config/' },
      to: { path: '^src/', pathNot: '^src/core/' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    exclude: { path: '^(dist|node_modules/\\.cache)' },
    doNotFollow: { path: ['node_modules', '^src/vault/generated'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
