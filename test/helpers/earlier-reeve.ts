import type { ControlPlane } from '../../src/sandbox/control-plane.ts'
import { git } from '../../src/sandbox/git-process.ts'
import type { Fleet } from './fleet.ts'

/**
 * What a Reeve left behind that did not bind marks to objects yet: the objects of a fleet of four
 * ConfigMaps, as it created them, and its status branch. Digests and records are as that one wrote them.
 * @param commit the one that declares `declaredBefore`
 */
export async function leftByEarlierReeve(
  controlPlane: Pick<ControlPlane, 'kubectl'>,
  fleet: Fleet,
  commit: string,
): Promise<void> {
  for (const [letter, digest] of Object.entries(DIGESTS))
    await create(controlPlane, fleet.name, `upgrade-${letter}`, { n: letter }, `${commit}.${digest}`)
  await writeStatusBranch(fleet, { 'README.md': readme(commit), 'installations/acme.yaml': record(commit) })
}

const DIGESTS = {
  a: 'peA80jCiOOM5xODX',
  b: 'fmkD0NrM5i3KWgxU',
  c: 'pdGnbvSgCOVOdknS',
  d: 'kJ-OSaYIDlD9bLVo',
}

async function create(
  { kubectl }: Pick<ControlPlane, 'kubectl'>,
  repository: string,
  name: string,
  data: Readonly<Record<string, string>>,
  mark: string,
): Promise<void> {
  const labels = { 'reeve.dev/installation': 'acme', 'reeve.dev/repository': repository }
  const annotations = { 'reeve.dev/applied': mark }
  const metadata = { name, namespace: 'default', labels, annotations }
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data })
  const { code, stderr } = await kubectl(['create', '--field-manager=reeve', '-f', '-'], { input })
  if (code !== 0) throw new Error(stderr)
}

async function writeStatusBranch(fleet: Fleet, files: Readonly<Record<string, string>>): Promise<void> {
  const { work, statusBranch } = fleet
  const head = await work.run('rev-parse', '--abbrev-ref', 'HEAD')
  await work.run('switch', '--quiet', '--orphan', statusBranch)
  for (const [path, text] of Object.entries(files)) await work.write(path, text)
  await work.commit('acme: healthy')
  await work.push()
  await work.run('switch', '--quiet', head)
}

/** Forgets at the server what no branch reaches any more, as hosts do after a force push. */
export async function collectGarbage(fleet: Fleet): Promise<void> {
  const here = { cwd: fleet.git.directory }
  await git(['reflog', 'expire', '--expire=now', '--all'], here)
  await git(['gc', '--quiet', '--prune=now'], here)
}

const readme = (commit: string) => `# Cluster upgrade

1 installation, all healthy.

| Installation | State | Commit | Version | Healthy | What |
|---|---|---|---|---|---|
| [acme](installations/acme.yaml) | ✅ healthy | \`${commit.slice(0, 7)}\` |  | 4 of 4 |  |

Written by [Reeve](https://reeve.dev). The history of this branch is the record of all changes.
`

const record = (commit: string) => `apiVersion: reeve.dev/v1alpha1
kind: InstallationStatus
metadata:
  name: acme
cluster: upgrade
state: healthy
commit: ${commit}
source: 1709b3ef43bf94d34750126aca9b96886aec2dc39707b84a86ee9ecac2a69690
objects:
  declared: 4
  healthy: 4
changes:
  - object: ConfigMap default/upgrade-a
    action: created
    reason: commit
  - object: ConfigMap default/upgrade-b
    action: created
    reason: commit
  - object: ConfigMap default/upgrade-c
    action: created
    reason: commit
  - object: ConfigMap default/upgrade-d
    action: created
    reason: commit
problems: []
`
