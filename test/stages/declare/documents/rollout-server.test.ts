import { crdsText } from '../../../../src/cli/present/crds-text.ts'
import { controlPlaneTest } from '../../../helpers/control-plane-test.ts'
import { apply } from '../../../helpers/live.ts'
import { ACCEPTED_ROLLOUTS, REFUSED_ROLLOUTS } from './rollout-cases.ts'

const test = controlPlaneTest()

test.before(({ context }) => apply(context.controlPlane, crdsText()))

test('kubectl accepts and refuses the rollouts that Reeve does, as far as a schema can say it', async (t) => {
  const fooling = REFUSED_ROLLOUTS.filter(({ isServerFooled }) => isServerFooled)
  const refused = REFUSED_ROLLOUTS.filter(({ isServerFooled }) => !isServerFooled)
  const accepted = [...ACCEPTED_ROLLOUTS, ...fooling.map(({ rollout }) => rollout)]
  const documents = [...accepted, ...refused.map(({ rollout }) => rollout)].map(
    (rollout, index) =>
      `apiVersion: reeve.dev/v1alpha1\nkind: InstallationGroup\nmetadata: {name: group-${index}}\nspec: {rollout: ${rollout}}\n`,
  )
  const { stdout, stderr } = await t.context.controlPlane.kubectl(
    ['apply', '--dry-run=server', '-o', 'name', '-f', '-'],
    { input: documents.join('---\n') },
  )
  const names = stdout.split('\n').filter((line) => line !== '')
  const wrong = documents.filter(
    (_, index) => names.includes(`installationgroup.reeve.dev/group-${index}`) !== index < accepted.length,
  )
  t.deepEqual(wrong, [], stderr)
})
