import type { DeclaredHook, DeclaredOperation } from '../../model/installation.ts'

/** An operation as a Job that is run. @param job its specification; by default, as it is declared */
export function asHook(operation: DeclaredOperation, job = operation.job): DeclaredHook {
  const { declared } = operation
  const { name, namespace, labels, annotations } = declared.object.metadata
  const metadata = {
    name,
    ...(namespace !== undefined && { namespace }),
    ...(labels && { labels }),
    ...(annotations && { annotations }),
  }
  const object = { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: job }
  return { declared: { ...declared, object }, events: [], weight: 0, operation }
}
