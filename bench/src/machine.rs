//! The machine measured on, as far as it says.

use std::fs;

use anyhow::Result;
use serde::Serialize;

#[derive(Debug, Serialize)]
pub struct Machine {
    pub system: &'static str,
    pub architecture: &'static str,
    pub cores: usize,
    pub processor: Option<String>,
    pub memory_mb: Option<u64>,
    /// Runnable programs over the last minute when the measurements began: above `cores` the figures are pessimistic.
    pub load: Option<f64>,
    /// What the disk is made of is not asked: a virtual machine would not know.
    pub disk: &'static str,
    /// `debug` figures say nothing about what sellers run.
    pub build: &'static str,
}

impl Machine {
    pub fn look() -> Result<Self> {
        let field = |file: &str, name: &str| {
            let text = fs::read_to_string(file).ok()?;
            let line = text.lines().find(|line| line.starts_with(name))?;
            Some(line.split_once(':')?.1.trim().to_owned())
        };
        let memory =
            field("/proc/meminfo", "MemTotal").and_then(|text| text.split(' ').next()?.parse::<u64>().ok());
        let load =
            fs::read_to_string("/proc/loadavg").ok().and_then(|text| text.split(' ').next()?.parse().ok());
        Ok(Self {
            system: std::env::consts::OS,
            architecture: std::env::consts::ARCH,
            cores: std::thread::available_parallelism()?.get(),
            processor: field("/proc/cpuinfo", "model name"),
            memory_mb: memory.map(|kib| kib * 1024 / 1_000_000),
            load,
            disk: "kind unknown",
            build: if cfg!(debug_assertions) { "debug" } else { "release" },
        })
    }

    pub fn in_words(&self) -> String {
        let or_unknown = |text: Option<String>| text.unwrap_or_else(|| "unknown".to_owned());
        format!(
            "{} {}, {} cores ({}), {} MB of memory, disk: {}, load at the start: {}, {} build",
            self.system,
            self.architecture,
            self.cores,
            or_unknown(self.processor.clone()),
            or_unknown(self.memory_mb.map(|memory| memory.to_string())),
            self.disk,
            or_unknown(self.load.map(|load| load.to_string())),
            self.build,
        )
    }
}
