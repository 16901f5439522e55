//! Bakes the shell's configuration, its permissions and the screens into the program.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The screens are built apart from the program; a fresh clone has none yet and must still compile.
    let screens = std::path::Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("../ui/dist");
    std::fs::create_dir_all(&screens)?;
    println!("cargo:rerun-if-changed={}", screens.display());
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(
        tauri_build::AppManifest::new().commands(&[
            "desk",
            "save_evidence",
            "save_money",
            "save_picture",
            "send_file",
            "set_starts_with_computer",
            "starts_with_computer",
        ]),
    ))?;
    Ok(())
}
