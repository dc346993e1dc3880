import type { CommandSpec } from './command-spec.ts'

export const demoCommand: CommandSpec = {
  name: 'demo',
  summary: 'see Reeve work on its own control plane and Git server',
  description:
    'Starts a real Kubernetes control plane and a Git server with a copy of examples/fleet, runs ' +
    'the controller, then pushes a change, makes a field drift, breaks an installation and repairs it, ' +
    'and shows the patch and the status commit of each step. Touches nothing else. The ' +
    'first run builds the control plane with Go, which takes about five minutes.',
  options: [],
  switches: { once: 'run the steps once, clean up and exit' },
  examples: [
    { command: 'npm run demo', says: 'in a checkout; stays up until Ctrl-C, to try things by hand' },
    { command: 'npm run demo -- --once', says: 'runs the steps once and exits' },
  ],
  exitCodes: { 0: 'every step succeeded', 1: 'a step failed', 2: 'wrong usage' },
  failure: 1,
  async run({ flags }, io) {
    const { runDemo } = await import('../demo/run-demo.ts')
    return runDemo({ once: flags.once === true }, io)
  },
}
