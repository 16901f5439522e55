//! The pictures of the documentation: every screen of the sample stall, in both languages and themes.

use anyhow::{Context, Result};

use crate::packages;
use crate::screens::Screens;
use crate::step::step;

pub fn take() -> Result<()> {
    let screens = step("screens: packages", Screens::prepare)?;
    let browser = packages::browser().context("a Chromium is wanted, and none was found")?;
    step("screens: pictures", || screens.script_with("docs", &[("CHROMIUM", browser.as_os_str())]))
}
