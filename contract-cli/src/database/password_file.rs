//! The password file (`PostgreSQL` documentation, section 34.16): `host:port:database:user:password` a line.

use std::{fs, path::Path};

/// The connection that a password is wanted for; the file's first four fields.
pub type Connection<'a> = [&'a str; 4];

/// The password of the first line that fits; none where there is no such file.
///
/// # Errors
///
/// The file is there and is not used: others may read it, or it cannot be read.
pub fn password(file: &Path, connection: Connection<'_>) -> Result<Option<String>, String> {
    let Ok(metadata) = fs::metadata(file) else {
        return Ok(None);
    };
    if !metadata.is_file() {
        return Err("is no plain file".to_owned());
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if metadata.permissions().mode() & 0o077 != 0 {
            return Err(
                "can be read by others, and is not used; its permissions should be 0600".to_owned(),
            );
        }
    }
    let text = fs::read_to_string(file).map_err(|error| format!("cannot be read: {error}"))?;
    Ok(find(&text, connection))
}

fn find(text: &str, connection: Connection<'_>) -> Option<String> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .find_map(|line| {
            let mut fields = fields(line).into_iter();
            let fits = connection.iter().all(|wanted| {
                fields
                    .next()
                    .is_some_and(|field| field == "*" || field == *wanted)
            });
            fields.next().filter(|_| fits)
        })
}

/// The fields of a line: separated by colons; a backslash takes the next character as it is.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        let field = fields.last_mut().expect("there is always one");
        match character {
            ':' => fields.push(String::new()),
            '\\' => field.extend(characters.next()),
            _ => field.push(character),
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn the_first_line_that_fits() {
        let file = "\
            # localhost:5432:shop:ada:comment\n\
            \n\
            localhost:5432:shop:ada\n\
            localhost:5432:shop:ada:o\\:n\\\\e\n\
            localhost:*:shop:*:two:ignored\n\
            \\:\\:1:5432:*:ada:three\n\
            *:*:*:bob:four\n";
        for (connection, expected) in [
            (["localhost", "5432", "shop", "ada"], Some("o:n\\e")),
            (["localhost", "5433", "shop", "ada"], Some("two")),
            (["::1", "5432", "any", "ada"], Some("three")),
            (["elsewhere", "1", "any", "bob"], Some("four")),
            (["elsewhere", "1", "any", "ada"], None),
        ] {
            assert_eq!(
                find(file, connection).as_deref(),
                expected,
                "{connection:?}"
            );
        }
    }
}
