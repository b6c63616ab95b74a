//! The documents of all inputs, worked on in parallel and told in their order.

use super::Failure;
use crate::{
    documents::{Batch, Documents, Layout, Text},
    report::{Finding, Report},
};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
};

/// How inputs are read, for the help texts.
pub const INPUTS: &str = "\
A file that ends in .jsonl or .ndjson holds one document a line, a file that ends in .json holds \
one document, which may be pretty-printed. Standard input and other files are looked into: when the \
first line that is not blank is a JSON text that has not ended, the input is one document, else \
each line is one. --lines and --document say it instead. Blank lines are skipped. Input is read \
piece by piece, one document may have 256 MiB and 127 levels at most, and all processors are used \
(RAYON_NUM_THREADS=1 for one).";

#[derive(Args)]
pub struct InputArgs {
    /// The files with the documents; `-`, or none: standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Each line of the input is a document, whatever the file's name
    #[arg(long, conflicts_with = "document")]
    lines: bool,
    /// Each input is one document, whatever the file's name
    #[arg(long)]
    document: bool,
}

/// Where a document comes from.
#[derive(Clone, Copy)]
pub struct Source<'f> {
    pub file: &'f Path,
    /// The input is the only one, and the document is all of it.
    pub is_all: bool,
}

/// What a document was made into, or what was found instead.
pub type Outcome<'f, T> = Result<T, Vec<Finding<'f>>>;

impl InputArgs {
    /// The inputs; `-` for standard input.
    pub fn files(&self) -> Vec<&Path> {
        match self.files.as_slice() {
            [] => vec![Path::new("-")],
            files => files.iter().map(PathBuf::as_path).collect(),
        }
    }

    /// Does `work` on each document, on all processors; findings go to the report, and `take` gets
    /// the rest, some at a time, all in the order of the inputs.
    pub fn for_each<T: Send>(
        &self,
        report: &mut Report,
        work: impl for<'f> Fn(Source<'f>, &Text<'_>) -> Outcome<'f, T> + Sync,
        take: impl FnMut(Vec<T>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let files = self.files();
        let mut run = Run {
            report,
            work,
            take,
            bar: progress_bar(&files),
        };
        for file in &files {
            run.file(file, self.layout(file), files.len() == 1)?;
        }
        run.bar.finish_and_clear();
        Ok(())
    }

    fn layout(&self, file: &Path) -> Layout {
        match (self.lines, self.document) {
            (true, _) => Layout::Lines,
            (_, true) => Layout::Document,
            _ => Layout::of(file),
        }
    }
}

/// A run over all inputs.
struct Run<'r, W, F> {
    report: &'r mut Report,
    work: W,
    take: F,
    bar: ProgressBar,
}

impl<T, W, F> Run<'_, W, F>
where
    T: Send,
    W: for<'f> Fn(Source<'f>, &Text<'_>) -> Outcome<'f, T> + Sync,
    F: FnMut(Vec<T>) -> Result<(), Failure>,
{
    fn file(&mut self, file: &Path, layout: Layout, is_only: bool) -> Result<(), Failure> {
        let (file, reader) = if file == Path::new("-") {
            (Path::new("<stdin>"), Ok(standard_input()))
        } else {
            (file, open(file))
        };
        self.report.begin(file);
        let mut documents = match reader {
            Ok(reader) => Documents::new(reader, layout),
            Err(error) => {
                let finding = Finding::unreadable(file, &error);
                return Ok(self.bar.suspend(|| self.report.add(&finding))?);
            }
        };
        while let Some(batch) = documents.next_batch() {
            let source = Source {
                file,
                is_all: is_only && documents.is_one(),
            };
            self.batch(source, &batch)?;
        }
        Ok(())
    }

    /// Works on the documents of a batch on all processors, and tells the outcomes in their order.
    fn batch(&mut self, source: Source<'_>, batch: &Batch) -> Result<(), Failure> {
        let work = &self.work;
        let outcomes: Vec<Outcome<'_, T>> = batch
            .documents()
            .into_par_iter()
            .map(|text| work(source, &text))
            .collect();
        self.bar.inc(batch.bytes_read());
        self.bar.suspend(|| {
            let mut done = Vec::new();
            for outcome in outcomes {
                match outcome {
                    Ok(value) => {
                        self.report.checked(false);
                        done.push(value);
                    }
                    Err(findings) => tell(self.report, &findings)?,
                }
            }
            if let Some(error) = batch.error() {
                self.report.add(&Finding::unreadable(source.file, error))?;
            }
            self.report.flush()?;
            (self.take)(done)
        })
    }
}

/// Adds what was found in one document.
fn tell(report: &mut Report, findings: &[Finding<'_>]) -> io::Result<()> {
    for finding in findings {
        report.add(finding)?;
    }
    if !findings.iter().any(Finding::is_error) {
        report.checked(true);
    }
    Ok(())
}

fn standard_input() -> Box<dyn BufRead> {
    Box::new(io::stdin().lock())
}

fn open(file: &Path) -> io::Result<Box<dyn BufRead>> {
    const BUFFER: usize = 1 << 20;
    Ok(Box::new(BufReader::with_capacity(
        BUFFER,
        File::open(file)?,
    )))
}

/// A bar over the bytes of all files, or a count of bytes where their number is not known. Drawn on
/// standard error, and only when that is a terminal.
fn progress_bar(files: &[&Path]) -> ProgressBar {
    const BAR: &str = "{wide_bar} {bytes}/{total_bytes} {eta}";
    const COUNT: &str = "{spinner} {bytes} {elapsed}";
    let size = |file: &&Path| {
        let metadata = fs::metadata(file).ok()?;
        metadata.is_file().then_some(metadata.len())
    };
    let total: Option<u64> = files.iter().map(size).sum();
    let template = if total.is_some() { BAR } else { COUNT };
    let style = ProgressStyle::with_template(template).expect("the templates are well formed");
    total
        .map_or_else(ProgressBar::new_spinner, ProgressBar::new)
        .with_style(style)
}
