/**
 * Files that builds are known to write differently each time, and why. The list follows what debuerreotype, mmdebstrap and the
 * Reproducible Builds project clear away or make alike; a path is a hint, and nothing here excuses a difference.
 */

interface VolatileFile {
  /** Of paths in layers, without a leading slash. */
  readonly path: RegExp;
  readonly because: string;
}

const VOLATILE_FILES: readonly VolatileFile[] = [
  {
    path: /^var\/log\/(?:dpkg|alternatives|bootstrap|fontconfig)\.log$|^var\/log\/(?:apt|installer)\//,
    because: 'logs of the package manager tell when it ran',
  },
  { path: /^var\/log\//, because: 'logs tell when something ran' },
  {
    path: /^var\/cache\/ldconfig\/aux-cache$/,
    because: "ldconfig's auxiliary cache holds inode numbers and times; it can be deleted",
  },
  {
    path: /(?:^|\/)__pycache__(?:\/|$)|\.py[co]$/,
    because:
      'compiled Python holds the time of its source; PYTHONDONTWRITEBYTECODE=1 keeps it from being written',
  },
  {
    path: /^etc\/machine-id$|^var\/lib\/dbus\/machine-id$/,
    because: 'the identity of a machine is drawn by lot; an image should have an empty one',
  },
  { path: /^etc\/(?:hostname|hosts|resolv\.conf)$/, because: 'the builder writes it for its own network' },
  {
    path: /^var\/lib\/apt\/(?:lists\/|extended_states$)|^var\/cache\/apt\//,
    because: 'lists and caches of apt follow the archive; delete them in the step that fetches them',
  },
  {
    path: /^var\/cache\/debconf\/|^var\/lib\/dpkg\/[^/]+-old$/,
    because: 'debconf and dpkg keep earlier states of their databases',
  },
  {
    path: /^etc\/(?:passwd|group|shadow|gshadow|subuid|subgid)-$/,
    because: 'a state before the last change is kept',
  },
  { path: /^etc\/shadow$/, because: 'it holds the day on which a password was changed last' },
  {
    path: /^etc\/ssh\/ssh_host_\w+_key(?:\.pub)?$/,
    because: 'host keys are drawn by lot; they do not belong into an image',
  },
  {
    path: /^etc\/ssl\/(?:private\/ssl-cert-snakeoil\.key|certs\/ssl-cert-snakeoil\.pem)$/,
    because: 'the self-signed certificate is drawn by lot; it does not belong into an image',
  },
  {
    path: /^etc\/ssl\/certs\/java\/cacerts$/,
    because: "Java's key store holds the time at which each certificate was added",
  },
  {
    path: /^var\/lib\/systemd\/(?:random-seed|catalog\/database)$/,
    because: 'systemd draws it by lot, or stamps it',
  },
  {
    path: /^var\/cache\/fontconfig\/|(?:^|\/)\.uuid$/,
    because: 'the cache of fonts holds times and random names',
  },
  { path: /^var\/cache\/man\//, because: 'the index of manual pages holds times' },
  {
    path: /(?:^|\/)\.git\/(?:index|logs\/|objects\/pack\/)/,
    because: "git's index holds inode numbers and times",
  },
  {
    path: /(?:^|\/)(?:mkmf\.log|gem_make\.out)$/,
    because: 'gems keep the log of their build, with its temporary folders',
  },
  { path: /(?:^|\/)\.npm\/(?:_logs|_cacache)\//, because: "npm's logs and cache hold times" },
  { path: /(?:^|\/)\.cache\//, because: 'caches of tools hold times; they do not belong into an image' },
  { path: /^(?:tmp|var\/tmp|run)\//, because: 'temporary files of the build were left in the image' },
  {
    path: /\.a$/,
    because: 'static libraries hold times and owners of their parts, where ar was not told otherwise (ar D)',
  },
  { path: /\.(?:jar|war|whl|zip|egg)$/, because: 'zip archives hold times of their files' },
  {
    path: /\.(?:gz|tgz)$/,
    because: 'the header of gzip holds a time, where gzip was not told otherwise (gzip -n)',
  },
];

/** Why a file may differ from build to build, one clause; null where nothing is known. */
export function volatileBecause(path: string): string | null {
  return VOLATILE_FILES.find((known) => known.path.test(path))?.because ?? null;
}
