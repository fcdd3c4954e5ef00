/** The town crier's horn. */
export function Mark({ size = 36 }: { size?: number }) {
  return <img src="/icon.svg" alt="" width={size} height={size} className="shrink-0 rounded-md" />;
}

/** Stands for the commune where a network shows an account's picture. */
export function Initial({ name, size = 40 }: { name: string; size?: number }) {
  return (
    <span
      aria-hidden
      className="grid shrink-0 place-items-center rounded-full bg-nav font-bold text-nav-ink"
      style={{ width: size, height: size, fontSize: size * 0.42 }}
    >
      {(name.trim()[0] ?? '·').toLocaleUpperCase()}
    </span>
  );
}
