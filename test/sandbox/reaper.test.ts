import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import test from 'ava'
import { guard, startReaper } from '../../src/sandbox/reaper.ts'
import { becomesTrue, processIsGone } from './process-is-gone.ts'

const moduleUrl = (path: string) => JSON.stringify(new URL(`../../src/sandbox/${path}`, import.meta.url).href)

const sleeper = () => spawn('/bin/sh', ['-c', 'sleep 1000 & wait'], { stdio: 'ignore', detached: true })

async function temporary(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'reeve reaper-'))
  await writeFile(join(directory, 'file'), 'text')
  return directory
}

/** Runs `script` in a process of its own; gives it and the JSON on its first line of output. */
async function startNode(script: string) {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  guard(child)
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('it ended without a word')))
  const [line] = await Promise.race([once(child.stdout.setEncoding('utf8'), 'data'), ended])
  ended.catch(() => {}) // from now on it may end
  return { child, said: JSON.parse(line) }
}

test('closing a reaper kills the processes and removes the directories that it guards', async (t) => {
  const reaper = startReaper()
  const child = sleeper()
  const directory = await temporary()
  reaper.guard(child)
  reaper.guardDirectory(directory)
  const exited = once(child, 'exit')
  await reaper.close()
  t.deepEqual(await exited, [null, 'SIGKILL'])
  t.false(existsSync(directory))
})

test('a process that has ended by itself is no longer guarded', async (t) => {
  const reaper = startReaper()
  const ended = spawn('true', { detached: true })
  reaper.guard(ended)
  await once(ended, 'exit')
  const other = sleeper()
  reaper.guard(other)
  const exited = once(other, 'exit')
  await reaper.close()
  t.deepEqual(await exited, [null, 'SIGKILL'])
})

test('closing a reaper twice is harmless', async (t) => {
  const reaper = startReaper()
  await Promise.all([reaper.close(), reaper.close()])
  await t.notThrowsAsync(reaper.close())
})

test('a guarded process and its children end when this process is killed', async (t) => {
  const { child, said } = await startNode(`
    import { spawn } from 'node:child_process'
    const { guard } = await import(${moduleUrl('reaper.ts')})
    const child = spawn('/bin/sh', ['-c', 'sleep 1000 & echo $!; wait'], { detached: true })
    guard(child)
    child.stdout.once('data', (data) => console.log(JSON.stringify([child.pid, Number(data)])))
  `)
  child.kill('SIGKILL')
  for (const pid of said) t.true(await becomesTrue(() => processIsGone(pid), 5000), `process ${pid}`)
})

test('a guarded directory goes with an uncaught exception', async (t) => {
  const { child, said } = await startNode(`
    import { mkdtempSync } from 'node:fs'
    const { guardDirectory } = await import(${moduleUrl('reaper.ts')})
    const directory = mkdtempSync('${tmpdir()}/reeve-reaper-')
    guardDirectory(directory)
    process.on('SIGUSR2', () => { throw new Error('uncaught') })
    setInterval(() => {}, 1000)
    console.log(JSON.stringify(directory))
  `)
  t.true(existsSync(said))
  child.kill('SIGUSR2')
  t.true(await becomesTrue(() => !existsSync(said), 5000))
})

test('a guarded directory goes with the worker thread that made it', async (t) => {
  const directory = await temporary()
  const script = `
    import(${moduleUrl('reaper.ts')}).then(({ guardDirectory }) => {
      guardDirectory(${JSON.stringify(directory)})
      setInterval(() => {}, 1000)
      require('node:worker_threads').parentPort.postMessage('guarded')
    })
  `
  const worker = new Worker(script, { eval: true })
  await once(worker, 'message')
  t.true(existsSync(directory))
  await worker.terminate()
  t.true(await becomesTrue(() => !existsSync(directory), 5000))
})

test('a control plane and its directory are gone seconds after kill -9 of the process that started it', async (t) => {
  const { child, said } = await startNode(`
    const { startControlPlane } = await import(${moduleUrl('control-plane.ts')})
    const controlPlane = await startControlPlane({ controllers: true })
    console.log(JSON.stringify([controlPlane.directory, controlPlane.processIds()]))
  `)
  const [directory, pids] = said
  t.is(pids.length, 3)
  t.true(existsSync(directory))
  child.kill('SIGKILL')
  for (const pid of pids) t.true(await becomesTrue(() => processIsGone(pid), 5000), `process ${pid}`)
  t.true(await becomesTrue(() => !existsSync(directory), 5000))
})
