import type { CommandSpec } from './command-spec.ts'

export const crdsCommand: CommandSpec = {
  name: 'crds',
  summary: "print the definitions of Reeve's own kinds",
  description:
    'Once the cluster has them, `kubectl get installations` shows the status of each installation. Reeve ' +
    'also works without them: the status branch is then the only record.',
  options: [],
  examples: [
    { command: 'reeve crds | kubectl apply -f -', says: 'add them to the cluster, or bring them up to date' },
  ],
  exitCodes: { 0: 'printed', 1: 'the output could not be written', 2: 'wrong usage' },
  failure: 1,
  async run(_line, io) {
    const { crdsText } = await import('../present/crds-text.ts')
    io.out.write(crdsText())
    return 0
  },
}
