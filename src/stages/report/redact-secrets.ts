import type { Fault } from '../../model/fault.ts'
import type { Secrets } from '../../model/secrets.ts'
import type { Change, InstallationStatus, Outcome } from '../../model/status.ts'

/** Redacts the secrets of an installation in a fault. */
export function redactFault(fault: Fault, secrets: Secrets | undefined): Fault {
  return secrets ? { ...fault, message: secrets.redact(fault.message) } : fault
}

export function redactOutcome(outcome: Outcome, secrets: Secrets | undefined): Outcome {
  return secrets && 'fault' in outcome ? { ...outcome, fault: redactFault(outcome.fault, secrets) } : outcome
}

/** Paths of fields contain keys of maps, which may be secret. */
export function redactChanges(changes: readonly Change[], secrets: Secrets | undefined): readonly Change[] {
  if (secrets === undefined) return changes
  return changes.map((change) =>
    change.fields ? { ...change, fields: change.fields.map((field) => secrets.redact(field)) } : change,
  )
}

/** Messages come from the cluster: a container's termination message may contain anything. */
export function redactStatus(status: InstallationStatus, secrets: Secrets | undefined): InstallationStatus {
  if (secrets === undefined) return status
  const { problems, changes, jobs, version } = status
  return {
    ...status,
    ...(version !== undefined && { version: secrets.redact(version) }),
    problems: problems.map((problem) => ({ ...problem, message: secrets.redact(problem.message) })),
    changes: redactChanges(changes, secrets),
    ...(jobs && {
      jobs: jobs.map((job) =>
        job.failed === undefined ? job : { ...job, failed: secrets.redact(job.failed) },
      ),
    }),
  }
}
