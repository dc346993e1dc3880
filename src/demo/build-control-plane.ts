import { findPrograms } from './control-plane-binary.ts'

// Builds the control plane's program where it is missing, so that tests need not wait for it.
await findPrograms()
