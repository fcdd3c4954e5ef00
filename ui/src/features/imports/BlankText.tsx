const BLANK = /(\{\p{L}[\p{L}\p{N}_-]{0,39}\})/u;

/** A text whose blanks stand out. What is not filled in stays as it is written, so that nobody publishes a hole. */
export function BlankText({ text }: { text: string }) {
  return text.split(BLANK).map((part, i) =>
    BLANK.test(part) ? (
      <mark key={i} className="rounded-sm bg-brass-soft px-0.5 font-semibold text-brass-ink">
        {part}
      </mark>
    ) : (
      part
    ),
  );
}
