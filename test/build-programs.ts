import { join } from 'node:path'
import { findPrograms } from '../src/demo/control-plane-binary.ts'
import { guard } from '../src/demo/reaper.ts'
import { buildEngine } from '../src/engine/build-engine.ts'
import { bundle } from '../src/package/bundle.ts'
import { packageRoot } from '../src/package/package-root.ts'
import { buildMattermostOperator } from './helpers/mattermost-operator/build.ts'
import { buildOciRegistry } from './helpers/oci-registry/build.ts'
import { findRenderers } from './helpers/renderers.ts'
import { sopsProgram } from './sops/sops-program.ts'

// Builds what is missing of the programs that the tests run, so that no test waits for it, and Reeve itself.
await findPrograms()
await buildEngine({ onStart: guard })
await findRenderers()
await buildMattermostOperator()
await sopsProgram()
await buildOciRegistry()
await bundle(join(packageRoot(), 'dist'))
