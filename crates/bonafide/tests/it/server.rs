//! A web server inside the test: files, redirects and misbehaviour.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What is answered for a path.
#[derive(Clone)]
pub(crate) enum Reply {
    /// These bytes, with an `ETag` made of them; 304 to who has them already.
    File(Vec<u8>),
    Status(u16),
    Redirect(String),
    /// Less than the length that is announced.
    Truncated,
    /// A length that nobody would send, and nothing after it.
    Huge,
    /// The head, then nothing for a long time.
    Silent,
}

/// Answers until the test ends.
pub(crate) struct Server {
    pub(crate) address: String,
    replies: Arc<Mutex<BTreeMap<String, Reply>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (replies, asked) = (Arc::<Mutex<BTreeMap<String, Reply>>>::default(), Arc::default());
        let server = Self { address, replies: Arc::clone(&replies), asked: Arc::clone(&asked) };
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (replies, asked) = (Arc::clone(&replies), Arc::clone(&asked));
                thread::spawn(move || answer(stream, &replies, &asked));
            }
        });
        server
    }

    /// From now on, what a path gives.
    pub(crate) fn put(&self, path: &str, reply: Reply) {
        self.replies.lock().unwrap().insert(path.to_owned(), reply);
    }

    pub(crate) fn file(&self, path: &str, bytes: impl AsRef<[u8]>) {
        self.put(path, Reply::File(bytes.as_ref().to_vec()));
    }

    /// The paths that were asked for, each with the status, since the last call.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

fn answer(mut stream: TcpStream, replies: &Mutex<BTreeMap<String, Reply>>, asked: &Mutex<Vec<String>>) {
    let mut head = String::new();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).is_ok_and(|count| count > 0) {}
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let reply = replies.lock().unwrap().get(&path).cloned().unwrap_or(Reply::Status(404));
    let (status, headers, body) = match reply {
        Reply::File(bytes) => {
            let tag = format!(
                "\"{:08x}-{}\"",
                bytes.iter().fold(7_u32, |sum, byte| { sum.wrapping_mul(31).wrapping_add(u32::from(*byte)) }),
                bytes.len()
            );
            let same = head.to_lowercase().contains(&format!("if-none-match: {tag}\r\n"));
            let status = if same { 304 } else { 200 };
            let body = if same { Vec::new() } else { bytes };
            (status, format!("ETag: {tag}\r\nContent-Length: {}\r\n", body.len()), body)
        }
        Reply::Status(status) => (status, "Content-Length: 0\r\n".into(), Vec::new()),
        Reply::Redirect(target) => (302, format!("Location: {target}\r\nContent-Length: 0\r\n"), Vec::new()),
        Reply::Truncated => (200, "Content-Length: 1000\r\n".into(), b"{".to_vec()),
        Reply::Huge => (200, "Content-Length: 999999999999999\r\n".into(), b"{".to_vec()),
        Reply::Silent => (200, "Content-Length: 10\r\n".into(), Vec::new()),
    };
    asked.lock().unwrap().push(format!("{path} {status}"));
    let head = format!("HTTP/1.1 {status} x\r\n{headers}Connection: close\r\n\r\n");
    drop(stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body)));
    if headers == "Content-Length: 10\r\n" {
        thread::sleep(Duration::from_secs(20));
    }
}
