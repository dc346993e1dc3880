import { readFile } from 'node:fs/promises'
import { request } from 'node:https'
import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'
import { live } from '../../helpers/live.ts'
import { until } from '../../helpers/until.ts'
import { configMap, yaml } from './documents.ts'

const LONGEST_MS = 60_000
const EVERY_MS = 20
/** Each round changes another one, for Reeve waits longer and longer where a client changes one again and again. */
const DRIFTING = 64

/** An installation that has nothing to do with the attacks. */
export function neighbourAt(round: number): Readonly<Record<string, string>> {
  const spec = { namespace: 'neighbour', serviceAccountName: 'neighbour/neighbour' }
  const metadata = { name: 'neighbour' }
  return {
    'neighbour/reeve.yaml': yaml({ apiVersion: 'reeve.dev/v1alpha1', kind: 'Installation', metadata, spec }),
    'neighbour/a.yaml': configMap('neighbour', { data: { round: `${round}` } }),
    'neighbour/drifting.yaml': Array.from({ length: DRIFTING }, (_, at) =>
      configMap(`drifting-${at}`, { data: { is: 'declared' } }),
    ).join('---\n'),
  }
}

/** How long it took the neighbour to have the round of the last commit, in ms. */
export function followed(controlPlane: ControlPlane, round: number): Promise<number> {
  return timed(() => has(controlPlane, 'neighbour', { round: `${round}` }))
}

/** Changes the neighbour in the cluster; gives how long that lasted, in ms. */
export async function healed(controlPlane: ControlPlane, round: number): Promise<number> {
  const name = `drifting-${round % DRIFTING}`
  await patch(controlPlane, name, { data: { is: 'drifted' } })
  return timed(() => has(controlPlane, name, { is: 'declared' }))
}

function has(controlPlane: ControlPlane, name: string, data: object): Promise<unknown> {
  const look = async () => {
    const object = await live(controlPlane, 'neighbour', `configmap/${name}`)
    return JSON.stringify(object?.data) === JSON.stringify(data)
  }
  return until(`${name} to have ${JSON.stringify(data)}`, look, LONGEST_MS, EVERY_MS)
}

async function timed(task: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await task()
  return performance.now() - begun
}

async function patch({ server, token, caFile }: ControlPlane, name: string, body: object): Promise<void> {
  const ca = await readFile(caFile)
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/merge-patch+json' }
  const url = `${server}/api/v1/namespaces/neighbour/configmaps/${name}`
  const code = await new Promise((resolve, reject) => {
    const asked = request(url, { method: 'PATCH', ca, headers }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode))
    })
    asked.once('error', reject)
    asked.end(JSON.stringify(body))
  })
  if (code !== 200) throw new Error(`the neighbour cannot be changed: ${code}`)
}
