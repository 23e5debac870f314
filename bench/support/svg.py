"""A drawing as SVG, readable on light and on dark paper; the same input gives the same bytes."""

from xml.sax.saxutils import escape

STYLE = """
  text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328 }
  .title { font-weight: 600 } .muted { fill: #59636e } .small { font-size: 11px } .end { text-anchor: end } .middle { text-anchor: middle }
  line, path { fill: none; stroke: #59636e; stroke-width: 1 } .grid { stroke: #d1d9e0 } .dashed { stroke-dasharray: 4 4 }
  .bulk { stroke: #cf222e } .bulk-text { fill: #cf222e } .shade { fill: #59636e; opacity: 0.15 }
  .blue { fill: #218bff } .amber { fill: #d4a72c } .red { fill: #e5534b } .curve { stroke: #218bff; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .muted { fill: #9198a1 } line, path { stroke: #9198a1 } .grid { stroke: #3d444d }
    .bulk { stroke: #ff7b72 } .bulk-text { fill: #ff7b72 } .curve { stroke: #58a6ff } .shade { fill: #9198a1 }
  }"""


def place(value):
    """A coordinate, in tenths."""
    return f"{value:.1f}".removesuffix(".0")


class Drawing:
    """Shapes, in the order in which they are drawn; classes of STYLE say how."""

    def __init__(self, width, height, description):
        self.width, self.height, self.description = width, height, description
        self.shapes = []

    def text(self, x, y, text, style=""):
        self.shapes.append(f'<text x="{place(x)}" y="{place(y)}" class="{style}">{escape(text)}</text>')

    def line(self, x1, y1, x2, y2, style=""):
        self.shapes.append(
            f'<line x1="{place(x1)}" y1="{place(y1)}" x2="{place(x2)}" y2="{place(y2)}" class="{style}"/>')

    def bar(self, x, y, width, height, style):
        self.shapes.append(
            f'<rect x="{place(x)}" y="{place(y)}" width="{place(max(width, 0))}" height="{place(height)}" rx="2" class="{style}"/>')

    def dot(self, x, y, style):
        self.shapes.append(f'<circle cx="{place(x)}" cy="{place(y)}" r="5" class="{style}"/>')

    def curve(self, points, style="curve"):
        path = " L".join(f"{place(x)} {place(y)}" for x, y in points)
        self.shapes.append(f'<path d="M{path}" class="{style}"/>')

    def svg(self):
        shapes = "\n".join(self.shapes)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" width="{self.width}" '
            f'height="{self.height}" role="img">\n<title>{escape(self.description)}</title>\n'
            f"<style>{STYLE}\n</style>\n{shapes}\n</svg>\n")
