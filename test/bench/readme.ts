/** The text of README.md: the tables of the latest complete run, and how they came about. */
export function readme(tables: readonly string[]): string {
  return `${[BEGIN, ...tables, METHOD]
    .join('\n\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()}\n`
}

const BEGIN = `# Benchmark

\`npm run bench\` measures Reeve and writes this page; \`-- --objects 1000\` measures one size and only
prints it, \`-- --quick\` shows in a minute that it works. Machine: 2 cores, with the API server, etcd, the
Git server, Reeve and the benchmark all on it. Times depend on the machine, ratios hardly do.`

const METHOD = `## Method

- Everything is real: kube-apiserver and etcd (without controllers), Git over HTTP, and Reeve as a process
  of its own, built and started as the image has it, with its default settings.
- The workload: small objects, ten to an installation, one file each: six ConfigMaps of half a kilobyte, a
  Secret, a headless Service, a ServiceAccount and a Deployment, all in one namespace.
- **raw** is what the machine gives: the same objects, made beforehand, by plain requests over 16 kept-alive
  connections, with the same query and the same kind of patch, up to 2,000 of them right before and right
  after what they are compared with; the mean of both counts. The API server's settings are the same. With 1,000 objects this is done three
  times, each time on a new control plane, and the median counts.
- First to last write: the store's revision, which each write raises by one, is read from the
  API server, every 15 ms around the first and the last. Reeve's own clock plays no part; that all objects
  are there is checked afterwards.
- One changed line: the trigger is SIGHUP right after the push (there are no webhooks yet); the end is an event
  of a watch from outside. A drift begins with the request that causes it and ends the same way.
- Plan: of a branch while the controller runs, the clone being there: by the functions of \`reeve plan BRANCH\` with
  nothing known yet of Git or the cluster, and by the whole process.
- Pull requests: of a fleet of installations of one chart that is applied, each trigger a webhook that is signed as
  Gitea signs it; the end is the request that writes the comment, at a server that stands in for the forge and answers
  at once, so that the forge's own time is none. Git goes through it to a real server. 50 more stay open for memory;
  nothing happens then for as long as above.
- Installations of a chart: one group, one Helm chart of four ConfigMaps, and an Installation document of a few
  lines for each, at most 1,000; rendered from the files of a commit, and then by a Reeve that has applied them.
- Rollouts: 50 groups in five rings, each member an Installation document of a line, from a template of one ConfigMap.
  Decisions and memory are those of the very parts that a process has, without a cluster, as many installations as
  the table has objects, all told to be healthy: one group is changed, and the time is that of the decision which
  follows, the heap what is left after collecting garbage. Then a Reeve that has applied them, on the API server
  with the audit log.
- kubectl gets the first 300 manifests, with 1,000 objects only: it would take minutes with more. It asks the
  server for each object whatever is new; Reeve's rows to hold against it are those of the first sync, of no
  change and of the plan.
- "in sync" is the line that Reeve logs when all that a commit asks for is done.
- Requests and writes of a Reeve that has nothing to do are counted in the API server's audit log, on a second
  control plane, since that log slows the API server down; the window is a minute, half a minute after the
  last status commit, when Reeve and V8 have collected their garbage, and polling goes on in it.
- Memory is the resident set of the process, as the kernel counts it. The target is for a Reeve at rest: ten
  seconds after the last thing that it did it gives back what that took.`
