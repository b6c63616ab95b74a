//! What the parts of the picture draw with. It has a background of its own, so that it reads the same on a dark page.

use svg::{
    Document, Node,
    node::element::{Circle, Line, Polyline, Rectangle, Text},
};

pub const WIDTH: f64 = 1080.0;
pub const MARGIN: f64 = 32.0;

pub const BACKGROUND: &str = "#ffffff";
pub const INK: &str = "#1f2328";
pub const FAINT_INK: &str = "#59636e";
pub const GRID: &str = "#d8dee4";
pub const CONTRACT: &str = "#0969da";
pub const WARNING: &str = "#cf222e";
pub const GOOD: &str = "#1a7f37";

/// The color of what is compared, by its name.
pub fn color(lane: &str) -> &'static str {
    match lane {
        "contract" => CONTRACT,
        "contract.check" | "registered contract" => "#80b4f0",
        "header SQL" | "full SQL" => "#e8a33d",
        "general validator" => "#8a63d2",
        _ => "#afb8c1",
    }
}

/// A picture that grows downwards.
pub struct Canvas(Document);

impl Canvas {
    pub fn new() -> Self {
        let font = "system-ui, 'Segoe UI', Helvetica, Arial, 'DejaVu Sans', sans-serif";
        Self(
            Document::new()
                .set("font-family", font)
                .set("font-size", 13),
        )
    }

    /// The picture, which ends at `height`.
    pub fn finish(self, height: f64) -> String {
        let background = Rectangle::new()
            .set("width", WIDTH)
            .set("height", height)
            .set("rx", 8)
            .set("fill", BACKGROUND);
        let mut document = self
            .0
            .set("viewBox", (0, 0, WIDTH, height))
            .set("width", WIDTH)
            .set("height", height)
            .set("role", "img");
        if let Some(children) = document.get_children_mut() {
            children.insert(0, background.into());
        }
        format!("{document}\n")
    }

    pub fn title(&mut self, x: f64, y: f64, text: &str) {
        let text = Text::new(text).set("font-size", 24).set("font-weight", 600);
        self.place(x, y, "start", INK, text);
    }

    pub fn heading(&mut self, x: f64, y: f64, text: &str) {
        let text = Text::new(text).set("font-size", 15).set("font-weight", 600);
        self.place(x, y, "start", INK, text);
    }

    pub fn note(&mut self, x: f64, y: f64, text: &str) {
        self.place(
            x,
            y,
            "start",
            FAINT_INK,
            Text::new(text).set("font-size", 12),
        );
    }

    pub fn key(&mut self, x: f64, y: f64, color: &str, text: &str) {
        let text = Text::new(text).set("font-size", 12).set("font-weight", 600);
        self.place(x, y, "start", color, text);
    }

    pub fn label(&mut self, x: f64, y: f64, anchor: &str, color: &str, text: &str) {
        self.place(x, y, anchor, color, Text::new(text));
    }

    pub fn strong(&mut self, x: f64, y: f64, anchor: &str, color: &str, text: &str) {
        self.place(x, y, anchor, color, Text::new(text).set("font-weight", 600));
    }

    fn place(&mut self, x: f64, y: f64, anchor: &str, color: &str, text: Text) {
        self.0.append(
            text.set("x", tenths(x))
                .set("y", tenths(y))
                .set("text-anchor", anchor)
                .set("fill", color),
        );
    }

    pub fn bar(&mut self, x: f64, y: f64, (width, height): (f64, f64), color: &str) {
        self.0.append(
            Rectangle::new()
                .set("x", tenths(x))
                .set("y", tenths(y))
                .set("width", tenths(width.max(1.0)))
                .set("height", height)
                .set("rx", 2)
                .set("fill", color),
        );
    }

    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), color: &str, width: f64) {
        self.0.append(
            Line::new()
                .set("x1", tenths(from.0))
                .set("y1", tenths(from.1))
                .set("x2", tenths(to.0))
                .set("y2", tenths(to.1))
                .set("stroke", color)
                .set("stroke-width", width),
        );
    }

    pub fn curve(&mut self, points: &[(f64, f64)], color: &str) {
        let path: Vec<String> = points
            .iter()
            .map(|&(x, y)| format!("{},{}", tenths(x), tenths(y)))
            .collect();
        self.0.append(
            Polyline::new()
                .set("points", path.join(" "))
                .set("fill", "none")
                .set("stroke", color)
                .set("stroke-width", 2),
        );
        for &(x, y) in points {
            let point = Circle::new().set("cx", tenths(x)).set("cy", tenths(y));
            self.0.append(point.set("r", 3.5).set("fill", color));
        }
    }
}

/// A tenth of a pixel is fine enough, and keeps the file small.
fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
