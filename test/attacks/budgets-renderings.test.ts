import test from 'ava'
import { isContained } from './is-contained.ts'

const MEMBERS = 200
const TOO_LARGE = /: the rendered installation exceeds the size limit: /

test.serial('a value of a megabyte, in 60 texts of each of 200 members', async (t) => {
  const { stdout } = await isContained(t, filesWith('x'.repeat(1e6), texts(60, 'a ${values.big}')))
  t.regex(stdout, /its references expand to more than \d+ MiB/)
})

test.serial('a value of a megabyte, in three texts of each of 200 members', async (t) => {
  const { stdout } = await isContained(t, filesWith('x'.repeat(1e6), texts(3, 'a ${values.big}')))
  t.regex(stdout, /all installations together take up more than their \d+ MiB/)
})

test.serial('a value of 100 KB, in ten texts of each of 200 members', async (t) => {
  const { stdout } = await isContained(t, filesWith('x'.repeat(1e5), texts(10, 'a ${values.big}')))
  t.regex(stdout, TOO_LARGE)
})

test.serial('values that name values, each ten times', async (t) => {
  const bomb = `${'${values.big}'.repeat(10)}${'${values.own}'.repeat(10)}`
  const { stdout } = await isContained(t, filesWith(bomb, texts(10, bomb.repeat(1_000))))
  t.regex(stdout, TOO_LARGE)
})

test.serial('a template of 80 MB', async (t) => {
  const notes = Array.from({ length: 20 }, (_, index) => [
    `templates/large/note-${index}.yaml`,
    `# ${index} ${'x'.repeat(4e6)}\n`,
  ])
  const files = {
    ...Object.fromEntries(notes),
    'templates/large/config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config}\n',
    'fleet/all.yaml': document('Installation', 'large', 'template: {path: templates/large}'),
  }
  const { stdout } = await isContained(t, files)
  t.regex(stdout, /the template exceeds a size limit: its files take more than \d+ MiB/)
})

test.serial('100,000 rules of a chart with a dependency, for 3,000 files', async (t) => {
  const rules = Array.from({ length: 100_000 }, (_, index) => `a*${index}`).join('\n')
  const { stdout } = await isContained(t, chartWithIgnored(rules, 3_000))
  t.regex(
    stdout,
    /^charts\/app\/\.helmignore:1: the template exceeds a size limit: charts\/app\/\.helmignore has /,
  )
})

test.serial('1,900 rules of a chart with a dependency, for 3,000 files in directories', async (t) => {
  const rules = Array.from({ length: 1_900 }, (_, index) => `*/*/*/a*${index}`).join('\n')
  const { stdout } = await isContained(t, chartWithIgnored(rules, 3_000))
  t.regex(stdout, /has too many rules for its files/)
})

test.serial('30 rules of a chart with a dependency are no trouble', async (t) => {
  const rules = Array.from({ length: 30 }, (_, index) => `a*${index}x`).join('\n')
  const { stdout } = await isContained(t, chartWithIgnored(rules, 3_000))
  t.regex(stdout, /no faults\.\n$/)
})

function chartWithIgnored(rules: string, count: number): Readonly<Record<string, string>> {
  const files = Array.from({ length: count }, (_, index) => [
    `charts/app/files/in/some/directory/${'a'.repeat(60)}${index}`,
    'x',
  ])
  return {
    ...Object.fromEntries(files),
    'charts/app/.helmignore': rules,
    'charts/app/Chart.yaml':
      'apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies: [{name: lib, version: 1.0.0, repository: "file://../lib"}]\n',
    'charts/app/templates/config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config}\n',
    'charts/lib/Chart.yaml': 'apiVersion: v2\nname: lib\nversion: 1.0.0\n',
    'fleet/all.yaml': document('Installation', 'app', 'template: {path: charts/app}'),
  }
}

function filesWith(big: string, data: string): Readonly<Record<string, string>> {
  const installations = Array.from({ length: MEMBERS }, (_, index) =>
    document('Installation', `member-${index}`, `group: all, values: {own: ${index}}`),
  )
  return {
    'templates/app/config.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "\${installation.name}"}\n${data}`,
    'groups/all.yaml': document(
      'InstallationGroup',
      'all',
      `template: {path: templates/app}, values: {big: "${big}"}`,
    ),
    'fleet/all.yaml': installations.join('---\n'),
  }
}

function document(kind: string, name: string, spec: string): string {
  return `apiVersion: reeve.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: {${spec}}\n`
}

function texts(count: number, text: string): string {
  return `data:\n${Array.from({ length: count }, (_, index) => `  key-${index}: "${text}"\n`).join('')}`
}
