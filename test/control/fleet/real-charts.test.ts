import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import type { ExecutionContext } from 'ava'
import { isWrite } from '../../../src/sandbox/audit-log.ts'
import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'
import { startPodSimulator } from '../../../src/sandbox/pod-simulator.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { type Files, type Fleet, startFleet } from '../../helpers/fleet.ts'
import { type GoModule, goModule } from '../../helpers/go-module.ts'
import { live, liveWhen } from '../../helpers/live.ts'
import { configFile } from '../../helpers/option-file.ts'

interface Context {
  readonly controlPlane: ControlPlane
}

const test = controlPlaneTest({ controllers: true }, async (controlPlane) => ({
  pods: startPodSimulator(controlPlane.kubeconfig),
}))

test.after.always(({ context }) => context.pods?.[Symbol.asyncDispose]())

/** A chart or overlay of a project, in a directory of its module. */
interface Real extends GoModule {
  readonly name: string
  readonly directory: string
  /** What of the module the repository needs; by default, the directory. */
  readonly needs?: string
  readonly spec?: string
}

const CHARTS: readonly Real[] = [
  {
    name: 'external-dns',
    path: 'sigs.k8s.io/external-dns',
    version: 'v0.16.1',
    sum: 'h1:0bml79osvrPd17FiBNXFFansCUEOUaQd1QBZpeXn2WM=',
    directory: 'charts/external-dns',
  },
  {
    name: 'secrets-store',
    path: 'sigs.k8s.io/secrets-store-csi-driver',
    version: 'v1.4.8',
    sum: 'h1:YmL0lx9HMYqeZCnLyOZRMuGAZXmP/e42UGCCAnMKjgE=',
    directory: 'charts/secrets-store-csi-driver',
  },
  {
    name: 'kyverno',
    path: 'github.com/kyverno/kyverno',
    version: 'v1.13.4',
    sum: 'h1:2zUi+eszlisLdCir+WIf2NtuUfFPvJtjUNpewdtLjVw=',
    directory: 'charts/kyverno',
  },
  {
    name: 'node-features',
    path: 'sigs.k8s.io/node-feature-discovery',
    version: 'v0.17.2',
    sum: 'h1:0/uM3riZft2FKLybrYRuuqQVwPe14az/zaylo9Xl70Q=',
    directory: 'deployment/helm/node-feature-discovery',
  },
]

const OVERLAYS: readonly Real[] = [
  {
    name: 'metrics',
    path: 'sigs.k8s.io/metrics-server',
    version: 'v0.7.2',
    sum: 'h1:0t1FhxdEHKHF/SduSRdkNHIYb24TpHqew2B/64GzOq8=',
    directory: 'manifests/overlays/release',
    needs: 'manifests',
  },
  {
    name: 'rollouts',
    path: 'github.com/argoproj/argo-rollouts',
    version: 'v1.8.0',
    sum: 'h1:a427nBeVPMEdYnO9YpELV1mc4yhO9BLZLuTvq2QX8Ps=',
    directory: 'manifests/cluster-install',
    needs: 'manifests',
  },
  {
    name: 'keda',
    path: 'github.com/kedacore/keda/v2',
    version: 'v2.16.1',
    sum: 'h1:LfYsxfSX8DjetLW8q9qnriImH936POrQJvE+caRoScI=',
    directory: 'config/default',
    needs: 'config',
  },
]

/** The files of a directory of a module, by their paths in the repository, below `templates/NAME`. */
async function filesOf({ name, directory, needs = directory, ...module }: Real): Promise<Files> {
  const top = join(await goModule(module), needs)
  const entries = await readdir(top, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Object.fromEntries(
    await Promise.all(
      files.map(async (file) => [`templates/${name}/${relative(top, file)}`, await readFile(file)] as const),
    ),
  )
}

function installation({ name, directory, needs = directory, spec = '' }: Real): string {
  const path = join('templates', name, relative(needs, directory)).replace(/\/$/, '')
  return `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: ${name}}\nspec: {template: {path: ${path}}, namespace: ${name}, createNamespace: true${spec}}\n`
}

/** Charts after the shape of those that make up passwords and find them again. */
const SHAPES: Files = {
  // Grafana: a password that is looked up, and a checksum of what holds it.
  ...chart('grafana', {
    'secret.yaml': `apiVersion: v1
kind: Secret
metadata: {name: {{ .Release.Name }}}
data:
  {{- $old := lookup "v1" "Secret" .Release.Namespace .Release.Name }}
  admin-password: {{ if $old }}{{ index $old.data "admin-password" }}{{ else }}{{ randAlphaNum 40 | b64enc | quote }}{{ end }}
`,
    'deployment.yaml': deploymentWith(
      'checksum/secret: {{ include (print $.Template.BasePath "/secret.yaml") . | sha256sum }}',
    ),
  }),
  // RabbitMQ, Keycloak, MinIO: an upgrade that does not find its password fails; a Secret only where there is none.
  ...chart('rabbitmq', {
    'secret.yaml': `{{- $old := lookup "v1" "Secret" .Release.Namespace .Release.Name }}
{{- if and .Release.IsUpgrade (not $old) }}{{ fail "PASSWORDS ERROR: provide the current passwords when upgrading" }}{{ end }}
apiVersion: v1
kind: Secret
metadata: {name: {{ .Release.Name }}}
data: {password: {{ if $old }}{{ $old.data.password }}{{ else }}{{ randAlphaNum 16 | b64enc }}{{ end }}}
{{- if not (lookup "v1" "Secret" .Release.Namespace (print .Release.Name "-cookie")) }}
---
apiVersion: v1
kind: Secret
metadata: {name: {{ .Release.Name }}-cookie}
data: {cookie: {{ randAlphaNum 32 | b64enc }}}
{{- end }}
`,
    'deployment.yaml': deploymentWith(
      'checksum/secret: {{ include (print $.Template.BasePath "/secret.yaml") . | sha256sum }}',
    ),
  }),
  // kube-prometheus-stack: hook Jobs before and after a release that makes up something.
  ...chart('stack', {
    'secret.yaml': `apiVersion: v1
kind: Secret
metadata: {name: {{ .Release.Name }}}
data:
  {{- $old := lookup "v1" "Secret" .Release.Namespace .Release.Name }}
  password: {{ if $old }}{{ $old.data.password }}{{ else }}{{ randAlphaNum 40 | b64enc | quote }}{{ end }}
`,
    'hooks.yaml': ['pre', 'post']
      .map(
        (when) => `apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-${when}
  annotations:
    helm.sh/hook: ${when}-install,${when}-upgrade
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
spec: {template: {spec: {restartPolicy: OnFailure, containers: [{name: patch, image: "patch:1"}]}}}
`,
      )
      .join('---\n'),
    'deployment.yaml': deploymentWith('release: {{ .Release.Revision | quote }}'),
  }),
}

function chart(name: string, templates: Readonly<Record<string, string>>): Files {
  const files = Object.entries(templates).map(([file, text]) => [`templates/${name}/templates/${file}`, text])
  return {
    [`templates/${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`,
    [`templates/${name}/values.yaml`]: 'tag: "1"\n',
    ...Object.fromEntries(files),
  }
}

function deploymentWith(annotation: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}}
spec:
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata:
      labels: {app: {{ .Release.Name }}}
      annotations:
        ${annotation}
    spec: {containers: [{name: a, image: "a:{{ .Values.tag }}"}]}
`
}

/** Syncs twice, the second time with an empty data directory. @returns the writes, without Leases and simulated Pods */
async function writesOfSyncs(
  t: ExecutionContext<Context>,
  fleet: Fleet,
  flags: readonly string[] = [],
): Promise<readonly string[]> {
  const elsewhere = await mkdtemp(join(tmpdir(), 'reeve-real-'))
  t.teardown(() => rm(elsewhere, { recursive: true, force: true }))
  const since = new Date()
  for (const more of [[], ['--data-dir', elsewhere]]) {
    const { code, stdout } = await fleet.sync('--path', 'fleet', ...flags, ...more)
    t.is(code, 0, stdout)
  }
  const requests = await t.context.controlPlane.requests({ userAgent: 'reeve', since })
  return requests
    .filter((request) => isWrite(request) && !['leases', 'pods'].includes(request.resource))
    .map(({ verb, resource, namespace, name }) => `${verb} ${resource} ${namespace}/${name}`)
}

for (const [what, reals] of [
  ['charts', CHARTS],
  ['overlays', OVERLAYS],
] as const)
  test.serial(`${what} of other projects are applied as they are, and again without a write`, async (t) => {
    await using fleet = await startFleet(t.context.controlPlane, { name: what })
    for (const real of reals)
      await fleet.push({ ...(await filesOf(real)), [`fleet/${real.name}.yaml`]: installation(real) })
    // metrics-server is one of the cluster's own parts.
    const config = await configFile(t, { allow: { protected: ['kube-system'] } })
    const { code, stdout } = await fleet.sync('--path', 'fleet', ...config)
    t.is(code, 0, stdout)
    t.deepEqual(await writesOfSyncs(t, fleet, config), [])
  })

test.serial(
  'what a chart made up stays through restarts and upgrades, and its hooks run once in each release',
  async (t) => {
    const { controlPlane } = t.context
    const names = ['grafana', 'rabbitmq', 'stack']
    const declared = (values: string) =>
      Object.fromEntries(
        names.map((name) => [
          `fleet/${name}.yaml`,
          installation({ name, directory: '', spec: `, values: ${values}`, path: '', version: '', sum: '' }),
        ]),
      )
    await using fleet = await startFleet(controlPlane, { name: 'shapes' })
    await fleet.push({ ...SHAPES, ...declared('{}') })
    const { code, stdout } = await fleet.sync('--path', 'fleet')
    t.is(code, 0, stdout)
    const made = () =>
      Promise.all(names.map(async (name) => (await live(controlPlane, name, `secret/${name}`))?.data))
    const first = await made()
    const cookie = (await live(controlPlane, 'rabbitmq', 'secret/rabbitmq-cookie'))?.data
    t.deepEqual(await writesOfSyncs(t, fleet), [])

    await fleet.push(declared('{tag: "2"}'))
    const upgrade = await fleet.sync('--path', 'fleet')
    t.is(upgrade.code, 0, upgrade.stdout)
    t.deepEqual(await made(), first)
    t.deepEqual((await live(controlPlane, 'rabbitmq', 'secret/rabbitmq-cookie'))?.data, cookie)
    const runs = upgrade.stderr
      .split('\n')
      .filter((line) => /"(?:created|replaced)"/.test(line) && /Job/.test(line))
    t.is(runs.length, 2, upgrade.stderr)
    const { spec } = await liveWhen(controlPlane, 'stack', 'deployment/stack')
    t.true(JSON.stringify(spec).includes('"release":"2"'))
    t.deepEqual(await writesOfSyncs(t, fleet), [])
  },
)
