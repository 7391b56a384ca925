import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { toldForm } from '../core/told-form.js';
import { demoTold } from './demo-told.js';
import { demoPictures } from './places.js';

test('the demo cameras tell what the door takes, of pictures that there are', () => {
  for (const [file, told] of Object.entries(demoTold)) {
    expect(existsSync(path.join(demoPictures, file)), file).toBe(true);
    expect(toldForm.parse(JSON.parse(JSON.stringify(told)))).toEqual(told);
  }
});
