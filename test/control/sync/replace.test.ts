import type { JsonObject } from '../../../src/model/json.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { type Fleet, startFleet } from '../../helpers/fleet.ts'
import { apply, kubectl, live } from '../../helpers/live.ts'
import { definition, documents, namespace } from '../../helpers/manifests.ts'

const test = controlPlaneTest({ controllers: true })

const RBAC = 'rbac.authorization.k8s.io'

for (const atomic of [false, true])
  test.serial(
    `immutable fields are told, and replaced where Git allows it${atomic ? ': atomic' : ''}`,
    async (t) => {
      const { controlPlane } = t.context
      const home = atomic ? 'replaced-whole' : 'replaced'
      await using fleet = await startFleet(controlPlane, { name: home })
      await apply(controlPlane, tiered())
      await kubectl(controlPlane, 'wait', '--for=condition=Established', 'crd/tiereds.e2e.dev')
      const files = (role: string, tier: string, annotations: JsonObject = {}) => ({
        'acme/installation.yaml': `apiVersion: reeve.dev/v1alpha1
kind: Installation
metadata: {name: acme}
spec: {atomic: ${atomic}}
`,
        'acme/all.yaml': documents(
          namespace(home),
          manifest(
            `${RBAC}/v1`,
            'RoleBinding',
            { name: 'web', namespace: home, annotations },
            {
              roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
            },
          ),
          manifest(
            'v1',
            'PersistentVolumeClaim',
            { name: 'web', namespace: home, annotations },
            {
              spec: { accessModes: [role === 'view' ? 'ReadWriteOnce' : 'ReadOnlyMany'], ...CLAIM },
            },
          ),
          manifest('e2e.dev/v1', 'Tiered', { name: 'web', namespace: home, annotations }, { spec: { tier } }),
        ),
      })
      await fleet.push(files('view', 'gold'))
      const first = await fleet.sync()
      t.is(first.code, 0, first.stdout + first.stderr)
      await kubectl(controlPlane, '-n', home, 'patch', 'pvc/web', '-p', '{"metadata":{"finalizers":null}}')
      const whats = ['rolebinding/web', 'pvc/web', 'tiereds/web']
      const uids = async () =>
        Promise.all(whats.map(async (what) => (await live(controlPlane, home, what))?.metadata.uid))
      const before = await uids()

      await fleet.push(files('edit', 'silver'))
      const refused = await fleet.sync()
      t.is(refused.code, 1)
      const told = await problemsOf(fleet)
      for (const field of [/roleRef/, /spec\.accessModes/, /spec\.tier.*no way back/])
        t.true(
          told.some(([code, message]) => code === 'needs-replacement' && field.test(message)),
          JSON.stringify([field.source, told]),
        )
      t.deepEqual(await uids(), before)

      await fleet.push(files('edit', 'none', { 'reeve.dev/replace': 'true' }))
      t.is((await fleet.sync()).code, 1)
      const [, , tier] = await uids()
      t.is(tier, before[2], 'no object of that kind may be created')

      await fleet.push(files('edit', 'silver', { 'reeve.dev/replace': 'true' }))
      const plan = await fleet.plan()
      t.regex(plan.stdout, /Tiered.e2e.dev .*\n +replaced: deleted/)
      const replaced = await fleet.sync()
      t.is(replaced.code, 0, replaced.stdout + replaced.stderr)
      const after = await uids()
      for (const [index, uid] of after.entries()) t.not(uid, before[index], whats[index])
      const { changes } = (await fleet.record('acme')) ?? t.fail()
      t.true(changes.some(({ action, object }) => action === 'replaced' && object.startsWith('Tiered')))
      t.is((await fleet.plan()).code, 0)
    },
  )

const CLAIM = { resources: { requests: { storage: '1Gi' } } }

async function problemsOf(fleet: Fleet): Promise<readonly (readonly [code: string, message: string])[]> {
  const { problems = [] } = (await fleet.record('acme')) ?? {}
  return problems.map(({ code, message }) => [code, message])
}

function tiered(): string {
  const crd = JSON.parse(definition('tiereds', 'Tiered'))
  const rules = [
    { rule: 'self.tier == oldSelf.tier', message: 'no way back' },
    { rule: "self.tier != 'none'", message: 'some tier' },
  ]
  crd.spec.versions[0].schema.openAPIV3Schema.properties.spec = {
    type: 'object',
    properties: { tier: { type: 'string' } },
    'x-kubernetes-validations': rules,
  }
  return JSON.stringify(crd)
}

function manifest(apiVersion: string, kind: string, metadata: JsonObject, more: object): string {
  return `${JSON.stringify({ apiVersion, kind, metadata, ...more })}\n`
}
