// Fetches the branch main of a remote, declares its newest commit, and says which installations have faults.

import { openRepository } from '../../src/adapters/git/repository.ts'
import { declareFleet } from '../../src/control/fleet/fleet.ts'
import { Keyring } from '../../src/control/fleet/keyring.ts'
import { Renderers } from '../../src/control/fleet/renderers.ts'
import { NO_TENANCY } from '../../src/model/tenancy.ts'
import { takeSnapshot } from '../../src/stages/snapshot/take-snapshot.ts'

const [, , url = '', directory = ''] = process.argv
const { decrypt } = new Keyring()
await using repository = await openRepository({ directory, remote: { url } })
await using renderers = new Renderers({ decrypt })
const snapshot = await takeSnapshot(repository, await repository.fetch('main'), '')
const { installations } = await declareFleet(snapshot, {
  placement: { namespace: 'default', accounts: NO_TENANCY.accounts },
  renderers,
  decrypt,
})
const faulty = [...installations].filter(([, { faults }]) => faults.length > 0)
const answer = {
  neighbour: installations.get('neighbour')?.faults,
  faults: Object.fromEntries(faulty.map(([name, { faults }]) => [name, faults[0]?.code])),
}
process.stdout.write(JSON.stringify(answer))
