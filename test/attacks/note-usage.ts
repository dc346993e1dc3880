// Loaded before a program: notes its CPU time, and the most memory that it had at once, when it ends.
import { writeFileSync } from 'node:fs'

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  const usage = { cpuMs: (userCPUTime + systemCPUTime) / 1000, peakMiB: maxRSS / 1024 }
  writeFileSync(process.env.REEVE_USAGE_FILE ?? '/dev/null', JSON.stringify(usage))
})
