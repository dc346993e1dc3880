import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { environmentName } from '../../src/cli/options/option.ts'
import { optionTable } from '../../src/cli/options/table.ts'
import { commandSpecs } from '../../src/cli/program.ts'
import { faultTable } from '../../src/model/fault-table.ts'
import { HOOK_EVENTS } from '../../src/model/hook-run.ts'
import { noticeTable } from '../../src/model/notice-table.ts'
import { RETRIES } from '../../src/model/retry.ts'
import { allDocuments, codeSpans, ROOT, userDocuments } from './documents.ts'

const switches = commandSpecs.flatMap((spec) => [
  ...Object.keys(spec.switches ?? {}),
  ...Object.keys(spec.parameters ?? {}),
])
const options = new Set([
  ...Object.entries(optionTable).flatMap(([name, option]) => ('secret' in option ? [] : [name])),
  ...switches,
  'config',
  'help',
  'version',
])

/** Values of keys of the configuration file. */
const VALUES = ['require-signed-parent']

/** Fault codes, options and whatever else of Reeve is called by words with a hyphen. */
const OWN = new Set<string>([
  ...Object.keys(faultTable),
  ...Object.keys(noticeTable),
  ...options,
  ...RETRIES,
  ...HOOK_EVENTS,
  ...VALUES,
])

/** Words that others gave their meaning. */
const OTHERS = new Set([
  // Argo CD
  'compare-options',
  // Helm
  'hook-succeeded',
  'import-values',
  'post-install',
  'post-upgrade',
  'pre-delete',
  'pre-install',
  'pre-upgrade',
  // kapp
  'change-rule',
  // Keys of the Secret that manifests/ mounts
  'forge-key',
  'forge-token',
  // Kubernetes
  'proxy-url',
  'x-kubernetes-list-map-keys',
  // OpenSSH
  'cert-authority',
  'ssh-keygen',
  'valid-after',
  'valid-before',
  // a namespace and a program
  'reeve-engine',
  'reeve-system',
  // Standard Webhooks
  'webhook-id',
  'webhook-signature',
  'webhook-timestamp',
])

/** The text of all files of code and configuration below some directories. */
async function textBelow(...directories: readonly string[]): Promise<string> {
  const texts = await Promise.all(
    directories.map(async (directory) => {
      const entries = await readdir(join(ROOT, directory), { recursive: true, withFileTypes: true })
      const files = entries.filter((entry) => entry.isFile() && /\.(ts|js|yaml|go|sh)$/.test(entry.name))
      const texts = await Promise.all(
        files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')),
      )
      return texts.join('\n')
    }),
  )
  return texts.join('\n')
}

test('every option that a document names is one', async (t) => {
  for (const document of await userDocuments()) {
    for (const span of codeSpans(document)) {
      const [, name] = /^--([a-z-]+)/.exec(span) ?? []
      if (name !== undefined) t.true(options.has(name), `${document.path}: ${span}`)
    }
  }
})

test('every environment variable REEVE_* that a document names is read by Reeve or its tests', async (t) => {
  const source = await textBelow('src', 'test')
  const known = new Set(Object.keys(optionTable).map(environmentName))
  for (const { path, text } of await allDocuments()) {
    for (const [name] of text.matchAll(/\bREEVE_[A-Z_]+\b/g))
      t.true(known.has(name) || source.includes(name), `${path}: ${name}`)
  }
})

test('every label and annotation reeve.dev/* that a document names is in the program or the manifests', async (t) => {
  const source = await textBelow('src', 'manifests')
  for (const { path, text } of await userDocuments()) {
    for (const [name] of text.matchAll(/\breeve\.dev\/[a-z][a-z-]*[a-z]\b/g))
      t.true(source.includes(name), `${path}: ${name}`)
  }
})

test('every word with a hyphen that a document shows as code is known', async (t) => {
  const documents = await userDocuments()
  const words = documents.flatMap((document) =>
    codeSpans(document).filter((span) => /^[a-z0-9]+(?:-[a-z0-9]+)+$/.test(span)),
  )
  t.deepEqual(
    words.filter((word) => !OWN.has(word) && !OTHERS.has(word)),
    [],
  )
})
