import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Scene } from './scene.ts'
import type { Stage } from './set-up.ts'

const WEB = 'acme/web.yaml'
const REPORT = 'eu/globex/report.yaml'
const COMMIT = 'git commit -a; git push'

/** The scenes of the main job, in order. */
export const scenes: readonly Scene[] = [
  {
    title: 'A repository declares three installations; Reeve sees it for the first time',
    does: ['git push'],
    act: async () => {},
    ends: ({ states }) => states.size === 3 && [...states.values()].every((state) => state === 'healthy'),
  },
  {
    title: 'A push changes acme: three replicas instead of two',
    does: [`sed -i 's/replicas: 2/replicas: 3/' ${WEB}`, COMMIT],
    act: (stage) => push(stage, 'Scale acme', [[WEB, 'replicas: 2', 'replicas: 3']]),
    ends: ({ states, atHead }) => states.get('acme') === 'healthy' && atHead.has('acme'),
  },
  {
    title: 'A manual change makes the cluster drift: Reeve reverts it',
    does: ['kubectl --namespace acme scale deployment web --replicas 1'],
    act: async ({ controlPlane }) => {
      const { code, stderr } = await controlPlane.kubectl(
        'scale deployment web --namespace acme --replicas 1'.split(' '),
      )
      if (code !== 0) throw new Error(stderr)
    },
    ends: ({ states, subject }) => states.get('acme') === 'healthy' && subject.includes('acme'),
  },
  {
    title: 'A push has a typo: eu/globex stays as it is; acme, in the same push, syncs',
    does: [
      `sed -i 's/schedule: 15 4/schedle: 15 3/' ${REPORT}`,
      `sed -i 's/Hello from acme/Good morning from acme/' ${WEB}`,
      COMMIT,
    ],
    act: (stage) =>
      push(stage, 'Greet, and report earlier', [
        [REPORT, 'schedule: 15 4', 'schedle: 15 3'],
        [WEB, 'Hello from acme', 'Good morning from acme'],
      ]),
    ends: ({ states }) => states.get('eu/globex') === 'invalid',
  },
  {
    title: 'The next push corrects the typo: now the report moves from 4:15 to 3:15',
    does: [`sed -i 's/schedle/schedule/' ${REPORT}`, COMMIT],
    act: (stage) => push(stage, 'Fix the report', [[REPORT, 'schedle', 'schedule']]),
    ends: ({ states }) => states.get('eu/globex') === 'healthy',
  },
]

type Edit = readonly [file: string, from: string, to: string]

async function push({ work }: Stage, message: string, edits: readonly Edit[]): Promise<void> {
  for (const [file, from, to] of edits) {
    const text = await readFile(join(work.directory, file), 'utf8')
    if (!text.includes(from)) throw new Error(`${file} has no "${from}"`)
    await work.write(file, text.replace(from, to))
  }
  await work.commit(message)
  await work.push()
}
