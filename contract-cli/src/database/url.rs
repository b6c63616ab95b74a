//! A connection URL (`PostgreSQL` documentation, section 34.1.1.2) as libpq's parameters.
//!
//! No error repeats a part of the URL: any part may be the rest of a password that should have been
//! percent-encoded.

use percent_encoding::percent_decode_str;
use std::collections::BTreeMap;

/// The parameters of a URL, by libpq's names. Hosts and ports are lists, separated by commas.
pub fn parameters(url: &str) -> Result<BTreeMap<String, String>, &'static str> {
    let rest = url
        .strip_prefix("postgresql://")
        .or_else(|| url.strip_prefix("postgres://"))
        .ok_or("does not start with postgres:// or postgresql://")?;
    let authority_end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(authority_end);
    if rest.contains('@') {
        return Err(
            "has an @ behind the host: in a name or a password, / ? and @ are written %2F %3F %40",
        );
    }
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (credentials, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
    let (hosts, ports) = hosts_and_ports(hosts)?;
    let named = [
        ("user", user),
        ("password", password),
        ("host", &hosts),
        ("port", &ports),
        ("dbname", path.strip_prefix('/').unwrap_or(path)),
    ];
    let mut parameters = BTreeMap::new();
    let mut set = |name: &str, value: &str| {
        let decode = |text| percent_decode_str(text).decode_utf8();
        let (Ok(name), Ok(value)) = (decode(name), decode(value)) else {
            return Err("has bytes that are no UTF-8");
        };
        parameters.insert(name.into_owned(), value.into_owned());
        Ok(())
    };
    for (name, value) in named {
        set(name, value)?;
    }
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        let (name, value) = parameter
            .split_once('=')
            .ok_or("has a parameter without a value")?;
        set(name, value)?;
    }
    parameters.retain(|_, value| !value.is_empty());
    Ok(parameters)
}

/// `host1:5432,[::1],host3` as the list of the hosts and that of the ports.
fn hosts_and_ports(list: &str) -> Result<(String, String), &'static str> {
    let (mut hosts, mut ports) = (Vec::new(), Vec::new());
    for entry in list.split(',') {
        let (host, port) = match entry.strip_prefix('[') {
            Some(address) => address
                .split_once(']')
                .ok_or("has an address without its closing bracket")?,
            None => entry.split_at(entry.find(':').unwrap_or(entry.len())),
        };
        let port = match port.strip_prefix(':') {
            Some(port) => port,
            None if port.is_empty() => port,
            None => return Err("has something else than a port behind an address"),
        };
        if !port.is_empty() && port.parse::<u16>().is_err() {
            return Err("has a port that is no number up to 65535");
        }
        hosts.push(host);
        ports.push(port);
    }
    let ports = if ports.iter().all(|port| port.is_empty()) {
        String::new()
    } else {
        ports.join(",")
    };
    Ok((hosts.join(","), ports))
}

#[cfg(test)]
mod tests {
    use super::parameters;

    #[track_caller]
    fn assert(url: &str, expected: &[(&str, &str)]) {
        let found = parameters(url).expect("a URL");
        let found: Vec<(&str, &str)> = found.iter().map(|(k, v)| (&**k, &**v)).collect();
        assert_eq!(found, expected, "{url}");
    }

    /// The examples of the documentation, and what is awkward.
    #[test]
    fn the_parts_of_a_url_are_parameters() {
        assert("postgresql://", &[]);
        assert("postgresql://localhost", &[("host", "localhost")]);
        assert(
            "postgresql://other@localhost/otherdb?connect_timeout=10&application_name=my%20app",
            &[
                ("application_name", "my app"),
                ("connect_timeout", "10"),
                ("dbname", "otherdb"),
                ("host", "localhost"),
                ("user", "other"),
            ],
        );
        assert(
            "postgres://host1:123,host2/somedb?target_session_attrs=any",
            &[
                ("dbname", "somedb"),
                ("host", "host1,host2"),
                ("port", "123,"),
                ("target_session_attrs", "any"),
            ],
        );
        assert(
            "postgresql:///mydb?host=/var/run/postgresql&port=5433",
            &[
                ("dbname", "mydb"),
                ("host", "/var/run/postgresql"),
                ("port", "5433"),
            ],
        );
        assert(
            "postgresql://u:p%40:s@[2001:db8::1234]:5432/%C3%A9",
            &[
                ("dbname", "é"),
                ("host", "2001:db8::1234"),
                ("password", "p@:s"),
                ("port", "5432"),
                ("user", "u"),
            ],
        );
        // An @ that should have been encoded, where the host begins after the last.
        assert(
            "postgres://u:p@ss@h",
            &[("host", "h"), ("password", "p@ss"), ("user", "u")],
        );
        assert("postgres://%2Frun%2Fpg", &[("host", "/run/pg")]);
    }

    #[test]
    fn no_error_repeats_a_part_of_the_url() {
        for (url, problem) in [
            (
                "u:secret@h/d",
                "does not start with postgres:// or postgresql://",
            ),
            (
                "postgres://u:12/secret@h/d",
                "has an @ behind the host: in a name or a password, / ? and @ are written %2F %3F %40",
            ),
            (
                "postgres://u:secret",
                "has a port that is no number up to 65535",
            ),
            (
                "postgres://h:65536",
                "has a port that is no number up to 65535",
            ),
            (
                "postgres://[::1/d",
                "has an address without its closing bracket",
            ),
            (
                "postgres://[::1]secret",
                "has something else than a port behind an address",
            ),
            ("postgres://h?secret", "has a parameter without a value"),
            ("postgres://u:%ff@h", "has bytes that are no UTF-8"),
        ] {
            assert_eq!(parameters(url).expect_err(url), problem);
        }
    }
}
