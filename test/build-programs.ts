import { join } from 'node:path'
import { buildEngine } from '../src/adapters/engine/build-engine.ts'
import { findPrograms } from '../src/sandbox/control-plane-binary.ts'
import { guard } from '../src/sandbox/reaper.ts'
import { bundle } from '../src/support/package/bundle.ts'
import { packageRoot } from '../src/support/package/package-root.ts'
import { sopsProgram } from './adapters/sops/sops-program.ts'
import { buildGitea } from './helpers/gitea/build.ts'
import { buildMattermostOperator } from './helpers/mattermost-operator/build.ts'
import { buildOciRegistry } from './helpers/oci-registry/build.ts'
import { buildPrometheus } from './helpers/prometheus/build.ts'
import { findRenderers } from './helpers/renderers.ts'

// Builds what is missing of the programs that the tests run, so that no test waits for it, and Reeve itself.
await findPrograms()
await buildEngine({ onStart: guard })
await findRenderers()
await buildMattermostOperator()
await sopsProgram()
await buildOciRegistry()
await buildPrometheus()
await buildGitea()
await bundle(join(packageRoot(), 'dist'))
