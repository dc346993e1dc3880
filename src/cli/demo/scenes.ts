import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Scene } from './scene.ts'
import type { Stage } from './set-up.ts'

const WEB = 'acme/web.yaml'
const REPORT = 'eu/globex/report.yaml'

/** The scenes of the main job, in order. */
export const scenes: readonly Scene[] = [
  {
    title: 'A repository declares three installations; Reeve sees it for the first time',
    does: 'git push',
    act: async () => {},
    ends: isAllHealthy,
  },
  {
    title: 'A push changes acme: three replicas instead of two',
    does: `sed -i 's/replicas: 2/replicas: 3/' ${WEB}; git commit -a; git push`,
    act: (stage) => push(stage, 'Scale acme', [[WEB, 'replicas: 2', 'replicas: 3']]),
    ends: (subject, head) => subject.startsWith(`acme: healthy at ${head}`),
  },
  {
    title: 'A manual change makes the cluster drift: Reeve reverts it',
    does: 'kubectl --namespace acme scale deployment web --replicas 1',
    act: async ({ controlPlane }) => {
      const { code, stderr } = await controlPlane.kubectl(
        'scale deployment web --namespace acme --replicas 1'.split(' '),
      )
      if (code !== 0) throw new Error(stderr)
    },
    ends: (subject) => /acme.*healthy/.test(subject),
  },
  {
    title: 'A typo breaks eu/globex; acme, changed by the same push, still syncs',
    does: `schedule → schedle in ${REPORT}, a new GREETING in ${WEB}`,
    act: (stage) =>
      push(stage, 'Greet, and report earlier', [
        [REPORT, 'schedule: 15 4 * * *', 'schedle: 15 3 * * *'],
        [WEB, 'GREETING: Hello from acme', 'GREETING: Good morning from acme'],
      ]),
    ends: (subject) => /eu\/globex.*invalid/.test(subject),
  },
  {
    title: 'The next push fixes it',
    does: `schedle → schedule in ${REPORT}`,
    act: (stage) => push(stage, 'Fix the report', [[REPORT, 'schedle: 15 3', 'schedule: 15 3']]),
    ends: (subject) => subject.startsWith('eu/globex: healthy'),
  },
]

function isAllHealthy(subject: string): boolean {
  return /^(acme, eu\/globex, platform|acme): healthy/.test(subject)
}

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
