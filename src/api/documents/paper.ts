import PDFDocument from 'pdfkit'
import { FONTS, type FontName, fontFile } from './font.ts'
import { type Measure, printable, wrapText } from './text.ts'

const MARGIN = 48
const FOOT = 30
export const INK = { text: '#1a1a1a', soft: '#5f6368', rule: '#c4c7c5', warn: '#a50e0e' } as const

export interface Letters {
  readonly size: number
  readonly font?: FontName
  readonly colour?: string
}

export interface PaperOptions {
  readonly title: string
  readonly lang: string
  /** Of the document, not of its printing: the same document has the same bytes. */
  readonly date: Date
  readonly foot: (page: number, pages: number) => string
}

type FontkitFont = { hasGlyphForCodePoint(codePoint: number): boolean }
type Tag = 'H1' | 'H2' | 'P' | 'TH' | 'TD'

/**
 * A stack of A4 pages. Text is measured, cut and placed here; what it says is the caller's. Each text is
 * tagged with what it is, in the order of reading.
 */
export class Paper {
  readonly #doc: PDFKit.PDFDocument
  readonly #options: PaperOptions
  readonly #root: PDFKit.PDFStructureElement
  readonly #chunks: Buffer[] = []
  #parent: PDFKit.PDFStructureElement
  y = MARGIN

  constructor(options: PaperOptions) {
    this.#options = options
    this.#doc = new PDFDocument({
      size: 'A4',
      margins: { top: MARGIN, bottom: MARGIN, left: MARGIN, right: MARGIN },
      bufferPages: true,
      pdfVersion: '1.7',
      // the bytes of a compressed stream differ between versions of zlib
      compress: false,
      tagged: true,
      lang: options.lang,
      displayTitle: true,
      info: {
        Title: options.title,
        Creator: 'Everycent',
        Producer: 'Everycent',
        CreationDate: options.date,
        ModDate: options.date,
      },
    })
    this.#doc.on('data', (chunk: Buffer) => this.#chunks.push(chunk))
    for (const name of FONTS) this.#doc.registerFont(name, fontFile(name))
    this.#root = this.#doc.struct('Document')
    this.#doc.addStructure(this.#root)
    this.#parent = this.#root
  }

  get left(): number {
    return MARGIN
  }

  get width(): number {
    return this.#doc.page.width - 2 * MARGIN
  }

  /** With which letters the next texts are measured. */
  letters({ size, font = 'regular', colour = INK.text }: Letters): Measure {
    this.#doc.font(font).fontSize(size).fillColor(colour)
    const own = (this.#doc as unknown as { _font: { font: FontkitFont } })._font.font
    return {
      width: (text) => this.#doc.widthOfString(text),
      has: (codePoint) => own.hasGlyphForCodePoint(codePoint),
    }
  }

  /** Whether this much fits below; otherwise the next page begins. `true`: it has begun. */
  room(height: number): boolean {
    if (this.y + height <= this.#doc.page.height - MARGIN - FOOT) return false
    this.#doc.addPage()
    this.y = MARGIN
    return true
  }

  /** One line at a place; `at` is its left edge, or its right one. */
  put(text: string, at: { x: number; y: number; align?: 'left' | 'right' }, tag: Tag): void {
    const x = at.align === 'right' ? at.x - this.#doc.widthOfString(text) : at.x
    this.#tagged(tag, () => this.#doc.text(text, x, at.y, { lineBreak: false }))
  }

  /** A text of any length in the column of the page, below what is there. */
  paragraph(text: string, letters: Letters, tag: Tag = 'P'): void {
    const font = this.letters(letters)
    const height = letters.size * 1.45
    for (const line of wrapText(printable(text, font), this.width, font)) {
      this.room(height)
      this.letters(letters)
      this.put(line, { x: MARGIN, y: this.y }, tag)
      this.y += height
    }
  }

  rule(colour: string = INK.rule): void {
    const { y } = this
    const line = () =>
      this.#doc
        .moveTo(MARGIN, y)
        .lineTo(MARGIN + this.width, y)
        .lineWidth(0.5)
        .strokeColor(colour)
        .stroke()
    this.#artifact(line)
  }

  /** What `draw` puts down belongs together: a section, a table, a row of it. */
  group(tag: 'Sect' | 'Table' | 'TR', draw: () => void): void {
    const before = this.#parent
    const own = this.#doc.struct(tag)
    before.add(own)
    this.#parent = own
    draw()
    own.end()
    this.#parent = before
  }

  #tagged(tag: Tag, draw: () => void): void {
    const own = this.#doc.struct(tag)
    this.#parent.add(own)
    const content = this.#doc.markStructureContent(tag)
    draw()
    own.add(content)
    own.end()
  }

  #artifact(draw: () => void): void {
    this.#doc.markContent('Artifact', { type: 'Layout' })
    draw()
    this.#doc.endMarkedContent()
  }

  /** Numbers the pages and gives the bytes. */
  async finish(): Promise<Buffer> {
    const { start, count } = this.#doc.bufferedPageRange()
    for (let index = start; index < start + count; index += 1) {
      this.#doc.switchToPage(index)
      this.letters({ size: 8, colour: INK.soft })
      const text = this.#options.foot(index + 1, count)
      const x = MARGIN + this.width - this.#doc.widthOfString(text)
      const y = this.#doc.page.height - MARGIN - 8
      this.#artifact(() => {
        this.#doc.text(this.#options.title, MARGIN, y, { lineBreak: false })
        this.#doc.text(text, x, y, { lineBreak: false })
      })
    }
    this.#root.end()
    const ended = new Promise<void>((resolve, reject) => {
      this.#doc.on('end', resolve)
      this.#doc.on('error', reject)
    })
    this.#doc.end()
    await ended
    return Buffer.concat(this.#chunks)
  }
}
