/** What a person copies out of a PDF: the glyphs of every text, read back by the fonts' own maps. */
export function textOf(pdf: Buffer): { readonly lines: string[]; readonly glyphs: number[] } {
  const raw = pdf.toString('latin1')
  const objects = new Map<string, string>()
  for (const part of raw.split('endobj')) {
    const number = /(\d+) 0 obj\n/.exec(part)?.[1]
    if (number !== undefined) objects.set(number, part)
  }
  const fonts = new Map<string, Map<number, string>>()
  for (const part of objects.values())
    for (const [, name, object] of part.matchAll(/^\/(F\d+) (\d+) 0 R$/gm)) {
      const map = /ToUnicode (\d+) 0 R/.exec(objects.get(object!)!)![1]!
      fonts.set(name!, unicodeMap(objects.get(map)!))
    }
  const lines: string[] = []
  const glyphs: number[] = []
  for (const [, name, text] of raw.matchAll(/\/(F\d+) [\d.]+ Tf\n\[([^\]]*)\] TJ/g)) {
    const codes = [...text!.matchAll(/<([0-9a-f]*)>/g)].flatMap(([, hex]) =>
      (hex!.match(/.{4}/g) ?? []).map((code) => parseInt(code, 16)),
    )
    glyphs.push(...codes)
    lines.push(codes.map((code) => fonts.get(name!)!.get(code) ?? '').join(''))
  }
  return { lines, glyphs }
}

function unicodeMap(body: string): Map<number, string> {
  const map = new Map<number, string>()
  for (const [, from, list] of body.matchAll(/<(\w+)> <\w+> \[([^\]]*)\]/g))
    [...list!.matchAll(/<([\w ]+)>/g)].forEach(([, units], index) => {
      const codes = units!.match(/\w{4}/g) ?? []
      const text = codes.map((unit) => String.fromCharCode(parseInt(unit, 16))).join('')
      map.set(parseInt(from!, 16) + index, text)
    })
  return map
}
