import { startGitServer } from '../../src/sandbox/git-server.ts'

// A process of its own: starting git for each request would hold up all that runs beside it.
const { url, directory } = await startGitServer()
process.send?.({ url, directory })
process.once('disconnect', () => process.exit())
