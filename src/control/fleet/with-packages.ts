import type { ChartPackage } from '../../adapters/source/template-sources.ts'
import type { Fault } from '../../model/fault.ts'
import type { FileTree, TreeEntry } from '../../model/snapshot.ts'
import type { WantedPackage } from '../../stages/render/helm/resolve-dependency.ts'
import type { TemplateEntries } from '../../stages/render/template-entries.ts'
import type { Sources } from './asked-sources.ts'

/** The files of a template, and the tree that has them. */
export interface TemplateFiles {
  readonly found: TemplateEntries
  readonly tree: FileTree
}

/** Adds the packages that a chart depends on to its files; those that cannot be had are its faults. */
export async function withPackages(
  { found, tree }: TemplateFiles,
  sources: Sources | undefined,
): Promise<TemplateFiles> {
  if (found.packages.length === 0 || sources === undefined) return { found, tree }
  const fetched = await Promise.all(found.packages.map((wanted) => fetchOne(wanted, sources)))
  const packages = fetched.filter((each) => 'bytes' in each)
  const faults = fetched.filter((each) => 'code' in each)
  return {
    found: {
      ...found,
      entries: [
        ...found.entries,
        ...packages.map(({ path, digest }): TreeEntry => ({ path, oid: digest, type: 'file' })),
      ],
      faults: [...found.faults, ...faults],
    },
    tree: { ...tree, readBlobs: (oids) => readWith(packages, oids, tree) },
  }
}

async function fetchOne(
  { path, chart, location }: WantedPackage,
  sources: Sources,
): Promise<(ChartPackage & { readonly path: string }) | Fault> {
  const fetched = await sources.package(chart)
  return 'fault' in fetched ? { ...fetched.fault, location } : { ...fetched, path }
}

async function readWith(
  packages: readonly ChartPackage[],
  oids: readonly string[],
  { readBlobs }: FileTree,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const wanted = packages.filter(({ digest }) => oids.includes(digest))
  const digests = new Set(wanted.map(({ digest }) => digest))
  const others = await readBlobs(oids.filter((oid) => !digests.has(oid)))
  const read = await Promise.all(wanted.map(async ({ digest, bytes }) => [digest, await bytes()] as const))
  return new Map([...others, ...read])
}
