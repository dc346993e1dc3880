import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Socket } from 'node:net'

/**
 * Ensures that processes and temporary directories do not outlive this process (or this worker thread), even
 * if it is killed with SIGKILL.
 */
export interface Reaper {
  /** Kills `child`, and its process group if it leads one, when this process ends. */
  guard(child: ChildProcess): void
  /** Removes the directory and its contents when this process ends. */
  guardDirectory(directory: string): void
  /** Kills and removes everything guarded, now. */
  close(): Promise<void>
}

// Reads orders until its standard input ends, which the kernel ensures however the parent ends.
const watcher = `
trap '' HUP INT TERM
pids=
while IFS=' ' read -r order value; do
  case $order in
    watch) pids="$pids $value" ;;
    forget)
      kept=
      for pid in $pids; do [ "$pid" = "$value" ] || kept="$kept $pid"; done
      pids=$kept ;;
    directory) set -- "$@" "$value" ;;
  esac
done
for pid in $pids; do kill -9 "-$pid" || kill -9 "$pid"; done
tries=0
until rm -rf -- "$@" || [ $tries -ge 20 ]; do tries=$((tries + 1)); sleep 0.1; done
`

/** Starts a watcher: a small shell in its own process group that reads orders from a pipe. */
export function startReaper(): Reaper {
  const shell = spawn('/bin/sh', ['-c', watcher, 'reeve-reaper'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
  })
  const orders = shell.stdin
  orders.on('error', () => {})
  shell.unref()
  if (orders instanceof Socket) orders.unref()
  const tell = (order: string, value: string | number) => orders.write(`${order} ${value}\n`)
  return {
    guard(child) {
      const { pid } = child
      if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return
      tell('watch', pid)
      child.once('exit', () => orders.writable && tell('forget', pid))
    },
    guardDirectory: (directory) => void tell('directory', directory),
    async close() {
      if (shell.exitCode !== null) return
      shell.ref()
      const exited = once(shell, 'exit')
      orders.end()
      await exited
    },
  }
}

/** Kills `child` when this process ends, with a watcher of its own that ends with the child. */
export function guard(child: ChildProcess): void {
  if (child.pid === undefined) return
  const reaper = startReaper()
  reaper.guard(child)
  child.once('exit', () => void reaper.close())
}

/** Removes the directory when this process ends. */
export function guardDirectory(directory: string): void {
  startReaper().guardDirectory(directory)
}
