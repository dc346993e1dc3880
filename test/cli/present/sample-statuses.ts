import type { InstallationStatus } from '../../../src/model/status.ts'

/** An installation after a change, all well. */
export const healthy: InstallationStatus = {
  name: 'acme',
  state: 'healthy',
  commit: '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d',
  source: '5d41402abc4b2a76b9719d911017c592',
  version: '9.1',
  objects: { declared: 4, healthy: 4 },
  changes: [
    { object: 'Service acme/web', action: 'created', reason: 'commit' },
    {
      object: 'Deployment.apps acme/web',
      action: 'patched',
      reason: 'commit',
      fields: ['spec.replicas', 'spec.template.spec.containers[name=nginx].image'],
    },
  ],
  problems: [],
}

/** One with a workload that does not start. */
export const degraded: InstallationStatus = {
  name: 'eu/globex',
  state: 'degraded',
  commit: '9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c',
  source: '5d41402abc4b2a76b9719d911017c592',
  version: '9.2',
  objects: { declared: 4, healthy: 3 },
  changes: [],
  problems: [
    {
      code: 'degraded',
      message: '0 of 1 replicas available; Pod web-6d9-x2x: container app: ImagePullBackOff: …',
      object: 'Deployment.apps globex/web',
      since: '2025-11-03T10:15:30Z',
    },
  ],
}
