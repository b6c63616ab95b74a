//! Encryption of a connection, as libpq's `sslmode` asks for it (`PostgreSQL` documentation, section 34.19).

use postgres::config::SslMode;
use rustls::{
    ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::{
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_cert_signed_by_trust_anchor, verify_server_name,
    },
    crypto::{
        CryptoProvider, WebPkiSupportedAlgorithms, ring, verify_tls12_signature,
        verify_tls13_signature,
    },
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
    server::ParsedCertificate,
};
use std::{path::Path, sync::Arc};
use tokio_postgres_rustls::MakeRustlsConnect;

/// The values of `sslmode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    Disable,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

impl Mode {
    /// The mode of that name.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "disable" => Self::Disable,
            "prefer" => Self::Prefer,
            "require" => Self::Require,
            "verify-ca" => Self::VerifyCa,
            "verify-full" => Self::VerifyFull,
            _ => return None,
        })
    }

    /// What the client does when the server has no encryption; who the server is, is asked beside it.
    pub fn encryption(self) -> SslMode {
        match self {
            Self::Disable => SslMode::Disable,
            Self::Prefer => SslMode::Prefer,
            Self::Require | Self::VerifyCa | Self::VerifyFull => SslMode::Require,
        }
    }
}

/// Encrypts as `mode` says. `authorities` is the file of those whose certificates are trusted; without
/// one they are those of the system.
///
/// # Errors
///
/// The certificates cannot be read, or there is none.
pub fn connector(mode: Mode, authorities: Option<&Path>) -> Result<MakeRustlsConnect, String> {
    // A mode that does not ask for a check gets one where the file is named, as libpq has it.
    let mode = match authorities {
        Some(_) if mode == Mode::Require => Mode::VerifyCa,
        _ => mode,
    };
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier {
        mode,
        authorities: match mode {
            Mode::VerifyCa | Mode::VerifyFull => trusted(authorities)?,
            Mode::Disable | Mode::Prefer | Mode::Require => RootCertStore::empty(),
        },
        algorithms: provider.signature_verification_algorithms,
    };
    Ok(MakeRustlsConnect::new(config(provider, verifier)))
}

fn config(provider: Arc<CryptoProvider>, verifier: Verifier) -> ClientConfig {
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring has the protocols")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    // The name that a server of release 17 or newer expects.
    config.alpn_protocols = vec![b"postgresql".to_vec()];
    config
}

/// The certificates of the file, or of the system.
fn trusted(authorities: Option<&Path>) -> Result<RootCertStore, String> {
    let certificates = match authorities {
        Some(file) => CertificateDer::pem_file_iter(file)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| {
                format!(
                    "the certificates of {} cannot be read: {error}",
                    file.display()
                )
            })?,
        // What could not be read of the system's is missed by who needs it.
        None => rustls_native_certs::load_native_certs().certs,
    };
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(certificates);
    if store.is_empty() {
        return Err(authorities.map_or_else(
            || "the system has no certificates of authorities".to_owned(),
            |file| format!("{} has no certificate", file.display()),
        ));
    }
    Ok(store)
}

/// Checks of a server's certificate what the mode asks for. The modes below verify-ca encrypt for
/// whoever answers, as libpq's do.
#[derive(Debug)]
struct Verifier {
    mode: Mode,
    authorities: RootCertStore,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if self.mode >= Mode::VerifyCa {
            let certificate = ParsedCertificate::try_from(certificate)?;
            verify_server_cert_signed_by_trust_anchor(
                &certificate,
                &self.authorities,
                intermediates,
                now,
                self.algorithms.all,
            )?;
            if self.mode == Mode::VerifyFull {
                verify_server_name(&certificate, server)?;
            }
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
