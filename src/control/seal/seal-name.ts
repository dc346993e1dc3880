import { leaseName } from '../../model/lease-name.ts'

/** The name of the Secret with a Repository's key: no two Repositories share one. */
export function sealName(repository: string): string {
  return `${leaseName(repository)}-seal`
}
