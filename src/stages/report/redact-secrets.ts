import type { Fault } from '../../model/fault.ts'
import type { Secrets } from '../../model/secrets.ts'
import type { InstallationStatus, Outcome } from '../../model/status.ts'

/** Redacts the secrets of an installation in a fault. */
export function redactFault(fault: Fault, secrets: Secrets | undefined): Fault {
  return secrets ? { ...fault, message: secrets.redact(fault.message) } : fault
}

export function redactOutcome(outcome: Outcome, secrets: Secrets | undefined): Outcome {
  return secrets && 'fault' in outcome ? { ...outcome, fault: redactFault(outcome.fault, secrets) } : outcome
}

/** Messages come from the cluster: a container's termination message may contain anything. */
export function redactStatus(status: InstallationStatus, secrets: Secrets | undefined): InstallationStatus {
  if (secrets === undefined) return status
  const { problems, changes, jobs, version } = status
  return {
    ...status,
    ...(version !== undefined && { version: secrets.redact(version) }),
    problems: problems.map((problem) => ({ ...problem, message: secrets.redact(problem.message) })),
    changes: changes.map((change) =>
      change.fields ? { ...change, fields: change.fields.map((field) => secrets.redact(field)) } : change,
    ),
    ...(jobs && {
      jobs: jobs.map((job) =>
        job.failed === undefined ? job : { ...job, failed: secrets.redact(job.failed) },
      ),
    }),
  }
}
