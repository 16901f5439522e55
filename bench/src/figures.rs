//! What was measured: values a run, their spread, and how they compare with a baseline of the same run.

use std::fmt;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::machine::Machine;

/// What a figure is, said once.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Kind {
    pub name: &'static str,
    pub unit: &'static str,
    /// What it should be at most.
    pub goal: Option<f64>,
    /// Name of the figure it is divided by, run by run.
    pub baseline: Option<&'static str>,
}

/// Least, middle and most of some values.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    pub min: f64,
    pub median: f64,
    pub max: f64,
}

impl Spread {
    /// Nothing of nothing.
    pub fn of(values: &[f64]) -> Option<Self> {
        let mut values = values.to_vec();
        values.sort_by(f64::total_cmp);
        let (min, max) = (*values.first()?, *values.last()?);
        let (lower, upper) = (values.get((values.len() - 1) / 2)?, values.get(values.len() / 2)?);
        Some(Self { min, median: f64::midpoint(*lower, *upper), max })
    }
}

/// The value below which `share` of the values lie.
pub fn percentile(values: &[f64], share: f64) -> Option<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let place = (values.len() as f64 * share).ceil() as usize;
    values.get(place.saturating_sub(1)).copied()
}

#[derive(Debug)]
struct Series {
    kind: Kind,
    values: Vec<f64>,
}

/// Everything measured, in the order it was first recorded.
#[derive(Debug, Default)]
pub struct Report(Vec<Series>);

impl Report {
    /// Records the value of one run.
    pub fn record(&mut self, kind: Kind, value: f64) {
        match self.0.iter_mut().find(|series| series.kind.name == kind.name) {
            Some(series) => series.values.push(value),
            None => self.0.push(Series { kind, values: vec![value] }),
        }
    }

    /// Writes everything, every run's value included.
    pub fn write(&self, file: &Path, machine: &Machine) -> Result<()> {
        #[derive(Serialize)]
        struct Written<'a> {
            machine: &'a Machine,
            figures: Vec<Figure<'a>>,
        }
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let text = serde_json::to_string_pretty(&Written { machine, figures: self.figures() })?;
        std::fs::write(file, text + "\n").with_context(|| format!("cannot write {}", file.display()))
    }

    fn figures(&self) -> Vec<Figure<'_>> {
        let figure = |series: &'_ Series| {
            let baseline =
                series.kind.baseline.and_then(|name| self.0.iter().find(|other| other.kind.name == name));
            let ratios: Vec<f64> = baseline
                .map(|baseline| {
                    series.values.iter().zip(&baseline.values).map(|(value, base)| value / base).collect()
                })
                .unwrap_or_default();
            Some((Spread::of(&series.values)?, Spread::of(&ratios)))
        };
        let figures = self.0.iter().filter_map(|series| {
            let (spread, ratio) = figure(series)?;
            Some(Figure { kind: series.kind, spread, ratio, runs: &series.values })
        });
        figures.collect()
    }
}

#[derive(Debug, Serialize)]
struct Figure<'a> {
    #[serde(flatten)]
    kind: Kind,
    #[serde(flatten)]
    spread: Spread,
    ratio: Option<Spread>,
    runs: &'a [f64],
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headings = ["figure", "unit", "min", "median", "max", "runs", "goal", "ratio", "of"];
        let mut rows = vec![headings.map(str::to_owned)];
        rows.extend(self.figures().iter().map(Figure::row));
        let widths: Vec<usize> = (0..headings.len())
            .map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0))
            .collect();
        for row in rows {
            let mut line = String::new();
            for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
                let is_text = matches!(column, 0 | 1 | 8);
                line += &if is_text { format!("{cell:<width$}  ") } else { format!("{cell:>width$}  ") };
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

impl Figure<'_> {
    fn row(&self) -> [String; 9] {
        [
            self.kind.name.to_owned(),
            self.kind.unit.to_owned(),
            rounded(self.spread.min),
            rounded(self.spread.median),
            rounded(self.spread.max),
            self.runs.len().to_string(),
            self.kind.goal.map(|goal| format!("≤ {}", rounded(goal))).unwrap_or_default(),
            self.ratio.map(|ratio| rounded(ratio.median)).unwrap_or_default(),
            self.kind.baseline.unwrap_or_default().to_owned(),
        ]
    }
}

/// Three digits that count are more than a shared machine can promise.
fn rounded(value: f64) -> String {
    match value.abs() {
        large if large >= 100.0 => format!("{value:.0}"),
        middle if middle >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: Kind = Kind { name: "base", unit: "ms", goal: None, baseline: None };
    const FIGURE: Kind = Kind { name: "figure", unit: "ms", goal: Some(4.0), baseline: Some("base") };

    #[test]
    fn the_median_of_an_even_number_lies_between_the_middle_two() {
        let spread = Spread::of(&[4.0, 1.0, 2.0, 9.0]).unwrap();
        assert_eq!(spread, Spread { min: 1.0, median: 3.0, max: 9.0 });
        assert_eq!(Spread::of(&[]), None);
    }

    #[test]
    fn ninety_nine_of_a_hundred_lie_at_or_below_the_99th_percentile() {
        let values: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(percentile(&values, 0.99), Some(99.0));
        assert_eq!(percentile(&values, 0.5), Some(50.0));
        assert_eq!(percentile(&[7.0], 0.99), Some(7.0));
        assert_eq!(percentile(&[], 0.99), None);
    }

    #[test]
    fn a_ratio_compares_within_one_run() {
        let mut report = Report::default();
        for (figure, base) in [(2.0, 1.0), (30.0, 10.0), (4.0, 1.0)] {
            report.record(FIGURE, figure);
            report.record(BASE, base);
        }
        let figures = report.figures();
        assert_eq!(figures[0].ratio, Some(Spread { min: 2.0, median: 3.0, max: 4.0 }));
        assert_eq!(figures[1].ratio, None);
        let table = report.to_string();
        assert!(table.contains("≤ 4.00"), "{table}");
    }
}
