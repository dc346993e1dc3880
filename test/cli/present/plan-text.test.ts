import { stripVTControlCharacters } from 'node:util'
import test from 'ava'
import { presentPlan } from '../../../src/cli/present/plan-text.ts'
import { permissionFault } from '../../../src/model/deletion-permission.ts'
import type { JsonValue } from '../../../src/model/json.ts'
import type { ObjectPlan, Plan } from '../../../src/model/plan.ts'
import * as sample from './sample-plans.ts'

const text = (...objects: readonly ObjectPlan[]) =>
  presentPlan([sample.planOf(...objects)], { colour: false, width: 80 })

/** What is shown of one object, below the heading and above the summary. */
const shown = (plan: ObjectPlan) => text(plan).split('\n').slice(1, -3).join('\n')

const cases: readonly (readonly [string, ObjectPlan, string])[] = [
  [
    'a new object is its YAML without what the title says and what Reeve adds',
    sample.createService,
    `  + Service acme/web
      spec:
        selector:
          app: web
        ports:
          - name: http
            port: 80`,
  ],
  [
    'a change is what the cluster has and what Git declares, field by field, list elements by key',
    sample.patchDeployment,
    `  ~ Deployment.apps acme/web
      - spec.replicas: 2
      + spec.replicas: 3
      - spec.template.spec.containers[name=nginx].image: nginx:1.28
      + spec.template.spec.containers[name=nginx].image: nginx:1.29`,
  ],
  [
    'a changed Secret says which key, not which value',
    sample.patchSecret,
    `  ~ Secret acme/web
      - data.session-key: (secret)
      + data.session-key: (secret)`,
  ],
  [
    'an object that changes its installation is handed over',
    sample.handover,
    '  = ConfigMap acme/shared (handed over from platform)',
  ],
  ['an object that goes is named', sample.remove, '  - ConfigMap acme/old'],
  [
    'a change of what only Reeve writes says so',
    sample.newDigest,
    `  ~ ConfigMap acme/same
      only Reeve's own label and annotation`,
  ],
  [
    'a blocked object says why, where it is declared and what to do',
    sample.blocked,
    `  ! ConfigMap acme/theirs
      acme/theirs.yaml:1: the object exists and is not managed by Reeve
        have Reeve take it over (reeve adopt, or the annotation reeve.dev/adopt:
        "true" in Git), or rename it here`,
  ],
]

for (const [title, plan, expected] of cases) {
  test(title, (t) => {
    t.is(shown(plan), expected)
  })
}

test('a plan names installation and commit and ends with a line that sums up', (t) => {
  const lines = text(sample.createService, sample.patchDeployment, sample.blocked, sample.unchanged).split(
    '\n',
  )
  t.is(lines[0], 'acme at 1a2b3c4d5e6f')
  t.is(lines.at(-2), 'Plan: 1 to create, 1 to change, 0 to delete, 1 blocked, 1 unchanged.')
})

test('installations without differences are only counted', (t) => {
  t.is(
    text(sample.unchanged),
    'No differences.\nPlan: 0 to create, 0 to change, 0 to delete, 0 blocked, 1 unchanged.\n',
  )
})

test('no value of a Secret is shown, however it changes', (t) => {
  const all = text(sample.createSecret, sample.patchSecret, sample.removeSecret)
  for (const value of [
    'hunter2',
    'hunter3',
    ...['hunter2', 'hunter3'].map((each) => Buffer.from(each).toString('base64')),
  ]) {
    t.false(all.includes(value), value)
  }
  t.true(all.includes('session-key: (secret)'))
})

test('a long object is cut, and says how much is left out', (t) => {
  const data = Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [`key-${index}`, 'x'.repeat(200)]),
  )
  const desired = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'big', namespace: 'acme' }, data }
  const key = { group: '', kind: 'ConfigMap', namespace: 'acme', name: 'big' }
  const lines = text({ action: 'create', key, desired }).split('\n')
  t.true(lines.length < 35)
  t.true(lines.some((line) => /… \d+ more lines/.test(line)))
  t.true(lines.every((line) => line.length <= 80))
})

test('colours change nothing but the colours', (t) => {
  const plans = [sample.planOf(sample.createService, sample.patchDeployment, sample.handover, sample.blocked)]
  const coloured = presentPlan(plans, { colour: true, width: 80 })
  t.true(coloured.includes('\u001b[32m'))
  t.is(stripVTControlCharacters(coloured), presentPlan(plans, { colour: false, width: 80 }))
})

test('names and messages cannot steer the terminal', (t) => {
  const key = { group: '', kind: 'ConfigMap', namespace: '', name: 'a\u001b[2Jb' }
  const fault = { code: 'rejected', message: 'x\u001b]0;title\u0007y', remedy: 'z\u001b[1m' } as const
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  t.notRegex(text({ action: 'blocked', key, fault }), /[\u0000-\u0009\u000b-\u001f\u007f]/)
})

/** A ConfigMap whose `data.text` changes. */
function changed(before: JsonValue, after: JsonValue, name = 'scripts'): ObjectPlan {
  const key = { group: '', kind: 'ConfigMap', namespace: 'acme', name }
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'acme' } }
  const metadata = { ...object.metadata, uid: 'u-1', resourceVersion: '1' }
  return {
    action: 'patch',
    key,
    patch: [{ op: 'replace', path: '/data/text', value: after }],
    live: { ...object, metadata, data: { text: before } },
    desired: { ...object, data: { text: after } },
  }
}

test('a change of a script is shown line by line, with its context', (t) => {
  const script = (line: string) => `#!/bin/sh\nset -e\necho one\n${line}\necho three\nexit 0\n`
  t.is(
    shown(changed(script('echo two'), script('echo 2'))),
    `  ~ ConfigMap acme/scripts
      ~ data.text: 1 line changed
        @@ -1,6 +1,6 @@
         #!/bin/sh
         set -e
         echo one
        -echo two
        +echo 2
         echo three
         exit 0`,
  )
})

test('a change within one long line of JSON is shown with what surrounds it', (t) => {
  const json = (replicas: number) =>
    JSON.stringify({ first: 'x'.repeat(300), replicas, last: 'y'.repeat(300) })
  t.is(
    shown(changed(json(2), json(3))),
    `  ~ ConfigMap acme/scripts
      ~ data.text: 1 line changed
        -…xxxxxxxxxx","replicas":2,"last":"yyyyyyyyyyyyyy…
        +…xxxxxxxxxx","replicas":3,"last":"yyyyyyyyyyyyyy…`,
  )
})

test('a difference in spaces alone can be seen', (t) => {
  const lines = shown(changed('a: 1\nb: 2\n', 'a: 1 \nb: 2\n'))
  t.true(lines.includes('-a: 1\n') && lines.includes('+a: 1·\n'), lines)
})

test('a long list that is replaced is shown as the YAML of its elements', (t) => {
  const list = (middle: string) => [
    '--first-flag=with-a-long-value',
    middle,
    '--third-flag=with-a-long-value',
  ]
  const lines = shown(changed(list('--old'), list('--new')))
  t.regex(lines, /-- --old\n +\+- --new/)
})

test('a long text that is added or removed is cut, and says how much is left out', (t) => {
  const plan = changed('', '')
  const text = Array.from({ length: 1_258 }, (_, index) => `line ${index}`).join('\n')
  const patch = [{ op: 'add', path: '/data/more', value: text }] as const
  const lines = shown({ ...plan, patch } as ObjectPlan).split('\n')
  t.is(lines[2], '        +line 0')
  t.is(lines.at(-1), '        … 1,234 more lines; --output json has all')
})

test('no plan is longer than people read, and all of it says where the rest is', (t) => {
  const text = (seed: number) => Array.from({ length: 2_000 }, (_, line) => `${line * seed}`).join('\n')
  const plans = Array.from({ length: 60 }, (_, index): Plan => {
    const objects = Array.from({ length: 20 }, (_, at) => changed(text(index + 2), text(at + 400), `m-${at}`))
    return { ...sample.planOf(...objects), installation: `c-${index}` }
  })
  const printed = presentPlan(plans, { colour: false, width: 80 })
  const lines = printed.split('\n')
  t.true(lines.length < 1_300, `${lines.length}`)
  t.true(lines.every((line) => line.length <= 80))
  t.regex(printed, /… \d+ more lines; --output json has all/)
  t.regex(printed, /… [\d,]+ more objects of \d+ installations; --output json has all/)
})

const fleet = (count: number, ...objects: readonly ObjectPlan[]): readonly Plan[] =>
  Array.from({ length: count }, (_, index) => ({ ...sample.planOf(...objects), installation: `c-${index}` }))

test('a change that is the same in many installations is shown once', (t) => {
  const plans = fleet(198, sample.patchDeployment)
  const folded = presentPlan(plans, { colour: false, width: 80 })
  t.is(
    folded,
    `c-0 at 1a2b3c4d5e6f
  the same in 198 installations: c-0, c-1, c-2, c-3, c-4 and 193 others
  (--expand lists them)
  ~ Deployment.apps acme/web
      - spec.replicas: 2
      + spec.replicas: 3
      - spec.template.spec.containers[name=nginx].image: nginx:1.28
      + spec.template.spec.containers[name=nginx].image: nginx:1.29

Plan: 0 to create, 198 to change, 0 to delete, 0 blocked, 0 unchanged.
`,
  )
  const expanded = presentPlan(plans, { colour: false, width: 80, expand: true })
  for (const { installation } of plans)
    t.true(expanded.includes(`${installation},`) || expanded.includes(`${installation}\n`))
  t.is(expanded.split('spec.replicas: 2').length, 2, 'and the change still once')
})

test('permission to delete is asked for once per installation, with the command', (t) => {
  const kept = (name: string): ObjectPlan => ({
    action: 'blocked',
    key: { group: '', kind: 'ConfigMap', namespace: 'acme', name },
    fault: permissionFault('deletion-limit', '3 of the 4 objects of acme', 'acme'),
  })
  t.is(
    text(kept('a'), kept('b'), kept('c')).split('\n').slice(1, -3).join('\n'),
    `  ! ConfigMap acme/a
      more would be deleted than a commit may delete without saying so: 3 of the
      4 objects of acme
  ! ConfigMap acme/b
      more would be deleted than a commit may delete without saying so: 3 of the
      4 objects of acme
  ! ConfigMap acme/c
      more would be deleted than a commit may delete without saying so: 3 of the
      4 objects of acme
  if it is intended, push a commit that allows it:
    git commit --allow-empty -m "Allow deletions" \\
      --trailer "Reeve-Allow-Deletion: acme"`,
  )
})
