import type { CommandSpec } from './command-spec.ts'

export const demoCommand: CommandSpec = {
  name: 'demo',
  summary: 'watch it work on a control plane and Git of its own',
  description:
    'Starts a real Kubernetes control plane and a Git server with a copy of examples/fleet, runs ' +
    'the controller, then pushes a change, drifts a field, breaks an installation and mends it, ' +
    'and shows the patch and the status commit of each step. Nothing outside is touched. The ' +
    'first time it builds the control plane with Go, which takes about five minutes.',
  options: [],
  switches: { once: 'go through the steps once, clean up and exit' },
  examples: [
    { command: 'npm run demo', says: 'in a checkout; stays up until Ctrl-C, to try things by hand' },
    { command: 'npm run demo -- --once', says: 'goes through and exits' },
  ],
  exitCodes: { 0: 'every step did what it shows', 1: 'some step failed', 2: 'wrong usage' },
  failure: 1,
  async run({ flags }, io) {
    const { runDemo } = await import('../demo/run-demo.ts')
    return runDemo({ once: flags.once === true }, io)
  },
}
