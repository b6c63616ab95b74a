//! A connection that is cut in the middle.

use crate::{Cluster, Folder};
use std::{
    io::{Read, Write},
    net::Shutdown,
    os::unix::net::{UnixListener, UnixStream},
    path::Path,
    thread::{self, JoinHandle},
};

/// Makes a socket of the cluster's server in a folder. Its first connection ends after so many of the server's bytes; the
/// thread tells how many came through.
///
/// # Panics
///
/// When the socket cannot be made; the thread, when the server cannot be reached.
#[must_use]
pub fn ends_after(folder: &Folder, cluster: &Cluster, limit: usize) -> JoinHandle<usize> {
    let name = format!(".s.PGSQL.{}", cluster.port());
    let listener = UnixListener::bind(folder.path(&name)).expect("a socket");
    let server = cluster.socket().join(name);
    thread::spawn(move || {
        let (client, _) = listener.accept().expect("a connection");
        carry(&client, &server, limit)
    })
}

/// Carries bytes both ways until the server has said enough.
fn carry(client: &UnixStream, server: &Path, limit: usize) -> usize {
    let server = UnixStream::connect(server).expect("the server");
    let (mut from, mut to) = (
        client.try_clone().expect("a socket"),
        server.try_clone().expect("a socket"),
    );
    let sender = thread::spawn(move || {
        // The end of either side is the end of this.
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Both);
    });
    let mut carried = 0;
    let mut buffer = [0; 1 << 12];
    let (mut from, mut to) = (&server, client);
    while carried < limit {
        let most = buffer.len().min(limit - carried);
        let Ok(count @ 1..) = from.read(&mut buffer[..most]) else {
            break;
        };
        if to.write_all(&buffer[..count]).is_err() {
            break;
        }
        carried += count;
    }
    let _ = client.shutdown(Shutdown::Both);
    let _ = server.shutdown(Shutdown::Both);
    sender.join().expect("no panic");
    carried
}
