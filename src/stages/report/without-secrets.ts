import type { Fault } from '../../model/fault.ts'
import type { Secrets } from '../../model/secrets.ts'
import type { InstallationStatus, Outcome } from '../../model/status.ts'

/** What somebody said of an installation, without what was decrypted for it. */
export function faultWithout(fault: Fault, secrets: Secrets | undefined): Fault {
  return secrets ? { ...fault, message: secrets.without(fault.message) } : fault
}

export function outcomeWithout(outcome: Outcome, secrets: Secrets | undefined): Outcome {
  return secrets && 'fault' in outcome ? { ...outcome, fault: faultWithout(outcome.fault, secrets) } : outcome
}

/** Messages come from the cluster: what a container says at its end may hold anything. */
export function statusWithout(status: InstallationStatus, secrets: Secrets | undefined): InstallationStatus {
  if (secrets === undefined) return status
  const { problems, changes, jobs, version } = status
  return {
    ...status,
    ...(version !== undefined && { version: secrets.without(version) }),
    problems: problems.map((problem) => ({ ...problem, message: secrets.without(problem.message) })),
    changes: changes.map((change) =>
      change.fields ? { ...change, fields: change.fields.map((field) => secrets.without(field)) } : change,
    ),
    ...(jobs && {
      jobs: jobs.map((job) =>
        job.failed === undefined ? job : { ...job, failed: secrets.without(job.failed) },
      ),
    }),
  }
}
