import { readFile } from 'node:fs/promises'
import test from 'ava'
import { crdsText } from '../../src/cli/present/crds-text.ts'

test('manifests/crds.yaml is what reeve crds prints', async (t) => {
  t.is(await readFile(new URL('../../manifests/crds.yaml', import.meta.url), 'utf8'), crdsText())
})
